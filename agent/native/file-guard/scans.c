#define _GNU_SOURCE
#include "scans.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clamd.h"
#include "health.h"
#include "output.h"
#include "process.h"
#include "tell.h"
#include "verdicts.h"

enum { BUCKETS = 1024, RUNNING_MAX = 32, SCANS_MAX = 4096, WAITERS_MAX = 8192, BUSY_MS = 20, AGENT_STEPS = 3 };

/* Somebody whom the kernel holds until we answer. Without a scan once the answer is given. */
struct waiter {
  struct waiter *next_of_scan, *next_due;
  struct scan *scan;
  struct use use;
  uint64_t due_ms;
};

struct scan {
  /* First: whoever is told that the connection can be read is told of the scan. */
  struct link link;
  struct scan *next_in_bucket, *older, *younger;
  struct waiter *waiters;
  struct stat about;
  int fd;
  uint64_t give_up_ms;
  /* Of whoever is not held, and may be gone before there is a verdict. */
  struct who *who;
  pid_t first_process;
  bool is_running, is_first_exec, was_held, was_missed;
};

static int fanotify_fd, epoll_fd;
static const struct policy *policy;
static struct scan *buckets[BUCKETS];
/* By age; from `first_queued` on they wait for their turn. */
static struct scan *oldest, *youngest, *first_queued;
static struct waiter *first_due, **last_due = &first_due;
static size_t scan_count, running_count, waiter_count, scans_max = SCANS_MAX, waiters_max = WAITERS_MAX;
static uint64_t busy_until_ms;
static struct {
  uint64_t uses, clean, found, denied, missed, joined;
} counts;

uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void scans_start(int fanotify, int epoll, uint64_t files_max) {
  fanotify_fd = fanotify;
  epoll_fd = epoll;
  /* A use that finds no free descriptor would be refused by the kernel itself, so there are always some left. */
  uint64_t room = files_max > 1024 ? files_max - 512 : files_max / 2;
  if (room / 3 * 2 < waiters_max) waiters_max = (size_t)(room / 3 * 2);
  if (room / 3 < scans_max) scans_max = (size_t)(room / 3);
}

void scans_rule(const struct policy *next) { policy = next; }

static void answer_kernel(int fd, bool is_denied) {
  struct fanotify_response response = {.fd = fd, .response = is_denied ? FAN_DENY : FAN_ALLOW};
  while (write(fanotify_fd, &response, sizeof response) < 0 && errno == EINTR) continue;
  if (is_denied) counts.denied++;
}

/*
 * Where files that cannot be scanned are refused, what the agent itself starts is not: an agent that could start no program could not bring clamd back.
 * A few steps up are enough: it starts programs itself, or by one that waits for them.
 */
static bool is_refused(pid_t process) {
  if (!policy->fails_closed) return false;
  pid_t agent = getppid();
  for (int step = 0; step < AGENT_STEPS && process > 1; step++) {
    process = process_parent(process);
    if (process == agent) return false;
  }
  return true;
}

static void let_pass(struct use use) {
  if (use.is_held) answer_kernel(use.fd, false);
  close(use.fd);
}

/* @param fd of the file, perhaps not the opener's own @return whether whoever is held is refused */
static bool note_missed(enum missed why, int fd, pid_t process, bool is_held, const char *detail) {
  bool is_denied = is_held && is_refused(process);
  tell_missed(why, fd, process, is_denied, detail);
  counts.missed++;
  return is_denied;
}

static struct scan **bucket_of(const struct stat *about) {
  return &buckets[(about->st_ino * 31 + about->st_dev) % BUCKETS];
}

static struct scan *find_scan(const struct stat *about) {
  for (struct scan *scan = *bucket_of(about); scan; scan = scan->next_in_bucket)
    if (is_same_state(&scan->about, about)) return scan;
  return NULL;
}

static void drop_scan(struct scan *scan) {
  struct scan **at = bucket_of(&scan->about);
  while (*at != scan) at = &(*at)->next_in_bucket;
  *at = scan->next_in_bucket;
  if (scan->older) scan->older->younger = scan->younger;
  else oldest = scan->younger;
  if (scan->younger) scan->younger->older = scan->older;
  else youngest = scan->older;
  if (first_queued == scan) first_queued = scan->younger;
  if (scan->is_running) running_count--;
  clamd_end(&scan->link);
  close(scan->fd);
  scan_count--;
  free(scan->who);
  free(scan);
}

/* The waiter itself is freed when its time comes. */
static void release(struct waiter *waiter, bool is_denied) {
  answer_kernel(waiter->use.fd, is_denied);
  if (waiter->use.fd != waiter->scan->fd) close(waiter->use.fd);
  waiter->scan = NULL;
}

/* While the process is sure to be there. */
static void learn_who(struct scan *scan, pid_t process) {
  if (!scan->who) scan->who = calloc(1, sizeof *scan->who);
  if (scan->who && scan->who->process == 0) process_learn(process, scan->who);
}

static void tell_file(int fd, const struct stat *about, const char *signature, const char *decision, const struct who *who, bool is_exec) {
  tell_found(&(struct found){
      .fd = fd,
      .device = about->st_dev,
      .inode = about->st_ino,
      .size = (uint64_t)about->st_size,
      .is_deleted = about->st_nlink == 0,
      .signature = signature,
      .decision = decision,
      .who = who,
      .is_exec = is_exec,
  });
}

static void end_infected(struct scan *scan) {
  const char *signature = scan->link.answer;
  bool is_denied = policy_denies(policy, signature);
  struct who who = {.process = scan->first_process, .user = -1};
  counts.found++;
  keep_infected(&scan->about, signature);
  if (is_denied && !policy->on_read) hold_when_opened(scan->fd);
  if (!scan->waiters)
    tell_file(scan->fd, &scan->about, signature, scan->was_held ? "late" : "written", scan->who ? scan->who : &who, scan->is_first_exec);
  for (struct waiter *waiter = scan->waiters; waiter; waiter = waiter->next_of_scan) {
    process_learn(waiter->use.process, &who);
    tell_file(scan->fd, &scan->about, signature, is_denied ? "denied" : "allowed", &who, waiter->use.is_exec);
    release(waiter, is_denied);
  }
  drop_scan(scan);
}

static void end_clean(struct scan *scan) {
  counts.clean++;
  keep_clean(scan->fd, &scan->about);
  for (struct waiter *waiter = scan->waiters; waiter; waiter = waiter->next_of_scan) release(waiter, false);
  drop_scan(scan);
}

/* Nobody can look further, so nobody is held for it; it is told. */
static void end_unexamined(struct scan *scan, enum missed why) {
  pid_t process = scan->waiters ? scan->waiters->use.process : scan->first_process;
  tell_missed(why, scan->fd, process, false, scan->link.answer);
  end_clean(scan);
}

static void end_failed(struct scan *scan, enum missed why) {
  const char *detail = scan->link.answer;
  if (!scan->waiters && !scan->was_missed) note_missed(why, scan->fd, scan->first_process, false, detail);
  for (struct waiter *waiter = scan->waiters; waiter; waiter = waiter->next_of_scan) {
    release(waiter, note_missed(why, scan->fd, waiter->use.process, true, detail));
  }
  drop_scan(scan);
}

void scans_hear(void *link_owner) {
  struct scan *scan = link_owner;
  enum answer answer = clamd_hear(&scan->link);
  if (answer == ANSWER_MORE) return;
  if (scan->link.length > 0) health_answered();
  if (answer == ANSWER_CLEAN)
    end_clean(scan);
  else if (answer == ANSWER_ENCRYPTED || answer == ANSWER_LIMITS)
    end_unexamined(scan, answer == ANSWER_ENCRYPTED ? MISSED_ENCRYPTED : MISSED_LIMITS);
  else if (answer == ANSWER_INFECTED)
    end_infected(scan);
  else
    end_failed(scan, MISSED_ENGINE);
}

static void run_queued(void) {
  while (first_queued && running_count < RUNNING_MAX && now_ms() >= busy_until_ms) {
    struct scan *scan = first_queued;
    enum begun begun = clamd_begin_scan(&scan->link, scan->fd);
    if (begun == BEGUN_BUSY) {
      busy_until_ms = now_ms() + BUSY_MS;
      return;
    }
    if (begun == BEGUN_GONE) {
      snprintf(scan->link.answer, sizeof scan->link.answer, "clamd cannot be reached: %s", strerror(errno));
      end_failed(scan, MISSED_ENGINE);
      continue;
    }
    first_queued = scan->younger;
    scan->is_running = true;
    running_count++;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = scan};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, scan->link.socket, &event);
  }
}

static bool concerns(struct use use, const struct stat *about) {
  char path[PATH_MAX + 1];
  if (!S_ISREG(about->st_mode) || about->st_size == 0) return false;
  if (policy->bytes_max > 0 && (uint64_t)about->st_size > policy->bytes_max) return false;
  if (!descriptor_path(use.fd, about->st_nlink == 0, path, sizeof path)) return true;
  if (!policy_wants(policy, path)) return false;
  if (policy->exempt_uid >= 0 && process_user(use.process) == policy->exempt_uid) return false;
  return policy->lists[LIST_SKIP_IMAGE].count == 0 || !process_image(use.process, path, sizeof path) || !policy_skips_image(policy, path);
}

static struct scan *new_scan(struct use use, const struct stat *about) {
  struct scan *scan = scan_count < scans_max ? calloc(1, sizeof *scan) : NULL;
  if (!scan) return NULL;
  scan->link.socket = -1;
  scan->about = *about;
  scan->fd = use.fd;
  scan->first_process = use.process;
  scan->is_first_exec = use.is_exec;
  scan->give_up_ms = now_ms() + policy->wait_ms + policy->late_ms;
  scan->next_in_bucket = *bucket_of(about);
  *bucket_of(about) = scan;
  scan->older = youngest;
  if (youngest) youngest->younger = scan;
  else oldest = scan;
  youngest = scan;
  if (!first_queued) first_queued = scan;
  scan_count++;
  if (!use.is_held) learn_who(scan, use.process);
  return scan;
}

static bool wait_for(struct scan *scan, struct use use) {
  struct waiter *waiter = waiter_count < waiters_max ? calloc(1, sizeof *waiter) : NULL;
  if (!waiter) return false;
  waiter->scan = scan;
  waiter->use = use;
  waiter->due_ms = now_ms() + (health_is_hung() ? 0 : policy->wait_ms);
  waiter->next_of_scan = scan->waiters;
  scan->waiters = waiter;
  scan->was_held = true;
  *last_due = waiter;
  last_due = &waiter->next_due;
  waiter_count++;
  return true;
}

/* @return whether the verdict of a scan before settles it */
static bool is_known(struct use use, const struct stat *about) {
  const char *signature = use.is_held && is_settled(about) ? known_infected(about) : NULL;
  if (!signature) return false;
  bool is_denied = policy_denies(policy, signature);
  counts.found++;
  struct who who;
  process_learn(use.process, &who);
  tell_file(use.fd, about, signature, is_denied ? "denied" : "allowed", &who, use.is_exec);
  answer_kernel(use.fd, is_denied);
  close(use.fd);
  return true;
}

void scans_add(struct use use) {
  struct stat about;
  counts.uses++;
  if (!policy || fstat(use.fd, &about) != 0 || !concerns(use, &about)) {
    let_pass(use);
    return;
  }
  if (is_known(use, &about)) return;
  struct scan *known = is_settled(&about) ? find_scan(&about) : NULL;
  struct scan *scan = known ? known : new_scan(use, &about);
  bool is_taken = scan && (!use.is_held || wait_for(scan, use));
  if (!is_taken) {
    bool is_denied = note_missed(MISSED_FULL, use.fd, use.process, use.is_held, "");
    if (use.is_held) answer_kernel(use.fd, is_denied);
  } else if (known) {
    counts.joined++;
  }
  /* The descriptor of a new scan is the scan's, that of a waiter is kept for the answer. */
  bool is_kept = scan && (!known || (is_taken && use.is_held));
  if (!is_kept) close(use.fd);
  run_queued();
}

static void end_wait(struct waiter *waiter) {
  struct scan *scan = waiter->scan;
  struct waiter **at = &scan->waiters;
  while (*at != waiter) at = &(*at)->next_of_scan;
  *at = waiter->next_of_scan;
  scan->was_missed = true;
  learn_who(scan, waiter->use.process);
  release(waiter, note_missed(health_is_hung() ? MISSED_HUNG : MISSED_TIME, scan->fd, waiter->use.process, true, ""));
  health_doubt(policy->wait_ms);
}

/* Whoever has waited long enough goes on; the scan goes on as well. @return when the next one is to be looked at */
static uint64_t end_waits(uint64_t now) {
  while (first_due && (!first_due->scan || first_due->due_ms <= now || health_is_hung())) {
    struct waiter *waiter = first_due;
    if (waiter->scan) end_wait(waiter);
    first_due = waiter->next_due;
    if (!first_due) last_due = &first_due;
    waiter_count--;
    free(waiter);
  }
  return first_due ? first_due->due_ms : UINT64_MAX;
}

static uint64_t end_scans(uint64_t now) {
  while (oldest && oldest->give_up_ms <= now) {
    strcpy(oldest->link.answer, "no verdict in time");
    end_failed(oldest, MISSED_TIME);
  }
  return oldest ? oldest->give_up_ms : UINT64_MAX;
}

static uint64_t sooner(uint64_t a, uint64_t b) { return a < b ? a : b; }

int scans_tick(void) {
  uint64_t now = now_ms();
  uint64_t next = sooner(end_waits(now), end_scans(now));
  run_queued();
  if (first_queued && running_count < RUNNING_MAX) next = sooner(next, busy_until_ms);
  next = sooner(next, sooner(health_tick(), tell_tick()));
  if (next == UINT64_MAX) return -1;
  now = now_ms();
  return next <= now ? 0 : next - now > INT_MAX ? INT_MAX : (int)(next - now);
}

void scans_tell_counts(void) {
  line_begin("counts");
  line_number("uses", counts.uses);
  line_number("clean", counts.clean);
  line_number("found", counts.found);
  line_number("denied", counts.denied);
  line_number("missed", counts.missed);
  line_number("joined", counts.joined);
  line_number("waiting", waiter_count);
  line_number("scanning", scan_count);
  line_end();
}
