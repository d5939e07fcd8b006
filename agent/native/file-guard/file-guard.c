/*
 * The guard of files: asks clamd about every file that is opened, run or has been written, and answers the kernel, which holds the opener meanwhile
 * (fanotify(7), permission events). Whatever happens to it, the kernel lets everybody go on once it has ended.
 *
 *   file-guard SOCKET [by-path]  clamd's socket, or that of one who answers as it does and takes paths. Policy on standard input, lines about files on standard output (policy.h, output.h)
 *   file-guard --check         reads records, and after them `path PATH`, `image PATH`, `name SIGNATURE`; says what it makes of them. For tests.
 *
 * One thread, which never waits for anything but events: not for clamd, not for a reader of its output, not for a file system. It ends with its parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fanotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clamd.h"
#include "confine.h"
#include "health.h"
#include "marks.h"
#include "output.h"
#include "policy.h"
#include "scans.h"
#include "verdicts.h"

enum { EVENTS_BYTES = 8192, READY_MAX = 64, FILES_WANTED = 32768 };

static int fanotify_fd, epoll_fd;
static pid_t parent;
static struct policy *policy;
static struct reader reader;
/* What epoll says of these three is told by their addresses. */
static char from_kernel, from_agent, to_agent;

static void die(const char *step) {
  line_begin("failed");
  line_text("step", step);
  line_text("error", strerror(errno));
  line_end();
  exit(1);
}

static void watch(int fd, uint32_t events, void *owner) {
  struct epoll_event event = {.events = events, .data.ptr = owner};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll");
}

static void be_unblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) die("descriptor");
}

static void take_event(const struct fanotify_event_metadata *event) {
  bool is_held = event->mask & (FAN_OPEN_PERM | FAN_OPEN_EXEC_PERM);
  if (event->mask & FAN_CLOSE_WRITE) forget_clean(event->fd);
  if (event->pid == parent || event->pid == getpid() || clamd_is(event->pid) || (!is_held && !(policy && policy->on_write))) {
    if (is_held) {
      struct fanotify_response response = {.fd = event->fd, .response = FAN_ALLOW};
      while (write(fanotify_fd, &response, sizeof response) < 0 && errno == EINTR) continue;
    }
    close(event->fd);
    return;
  }
  scans_add((struct use){.fd = event->fd, .process = event->pid, .is_held = is_held, .is_exec = event->mask & FAN_OPEN_EXEC_PERM});
}

static void take_events(void) {
  static char buffer[EVENTS_BYTES] __attribute__((aligned(8)));
  ssize_t length = read(fanotify_fd, buffer, sizeof buffer);
  const struct fanotify_event_metadata *event = (const void *)buffer;
  for (; length > 0 && FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length)) {
    if (event->vers != FANOTIFY_METADATA_VERSION) die("version of fanotify");
    if (event->fd >= 0) take_event(event);
  }
}

static void commit(void) {
  struct policy *before = policy;
  policy = reader.draft;
  reader.draft = NULL;
  scans_rule(policy);
  marks_set(fanotify_fd, policy);
  forget_all_verdicts();
  policy_free(before);
}

static void take_record(void) {
  switch (policy_take(&reader, reader.record)) {
    case REQUEST_COMMIT:
      commit();
      break;
    case REQUEST_FORGET:
      forget_all_verdicts();
      line_begin("forgotten");
      line_end();
      break;
    case REQUEST_COUNT:
      scans_tell_counts();
      break;
    case REQUEST_BAD:
      line_begin("refused");
      line_end();
      break;
    case REQUEST_NONE:
      break;
  }
}

static void take_bytes(const char *bytes, size_t length, void (*take)(void)) {
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] != '\0') {
      if (reader.length < RECORD_MAX - 1) reader.record[reader.length++] = bytes[i];
      else reader.is_too_long = true;
      continue;
    }
    /* A record that is too long is taken for one that nobody knows. */
    reader.record[reader.is_too_long ? 0 : reader.length] = '\0';
    take();
    reader.length = 0;
    reader.is_too_long = false;
  }
}

static void take_policy(void) {
  static char buffer[65536];
  ssize_t length = read(STDIN_FILENO, buffer, sizeof buffer);
  if (length > 0) take_bytes(buffer, (size_t)length, take_record);
  /* The agent has gone. */
  else if (length == 0 || (errno != EAGAIN && errno != EINTR)) exit(0);
}

static void check_record(void) {
  const char *record = reader.record;
  if (policy && strncmp(record, "path ", 5) == 0) puts(policy_wants(policy, record + 5) ? "wanted" : "passed");
  else if (policy && strncmp(record, "image ", 6) == 0) puts(policy_skips_image(policy, record + 6) ? "skipped" : "heeded");
  else if (policy && strncmp(record, "name ", 5) == 0) puts(policy_denies(policy, record + 5) ? "denied" : "allowed");
  else {
    enum request request = policy_take(&reader, reader.record);
    if (request == REQUEST_BAD) puts("refused");
    if (request != REQUEST_COMMIT) return;
    policy_free(policy);
    policy = reader.draft;
    reader.draft = NULL;
    puts("committed");
  }
}

static int check(void) {
  char buffer[4096];
  ssize_t length;
  while ((length = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) take_bytes(buffer, (size_t)length, check_record);
  policy_free(policy);
  policy_free(reader.draft);
  return 0;
}

static uint64_t raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  if (limit.rlim_max < FILES_WANTED) {
    struct rlimit more = {FILES_WANTED, FILES_WANTED};
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) return FILES_WANTED;
  }
  limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

static void start(const char *socket) {
  parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) exit(0);
  /* A lease that is broken is told by SIGIO, which would end us. */
  signal(SIGIO, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  be_unblocking(STDIN_FILENO);
  be_unblocking(STDOUT_FILENO);
  if (!clamd_find(socket)) die("socket");
  uint64_t files = raise_file_limit();
  /* Not blocking: else the guard itself would wait for whoever writes into a pipe that somebody opens. */
  const unsigned int flags = O_RDONLY | O_LARGEFILE | O_CLOEXEC | O_NONBLOCK | O_NOATIME;
  fanotify_fd = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_MARKS, flags);
  if (fanotify_fd < 0) die("fanotify");
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) die("epoll");
  watch(fanotify_fd, EPOLLIN, &from_kernel);
  watch(STDIN_FILENO, EPOLLIN, &from_agent);
  watch(STDOUT_FILENO, EPOLLOUT | EPOLLET, &to_agent);
  verdicts_start(fanotify_fd);
  scans_start(fanotify_fd, epoll_fd, files);
  health_start(epoll_fd);
  const char *failed = confine();
  if (failed) die(failed);
}

static void handle(void *owner) {
  if (owner == &from_kernel) {
    take_events();
  } else if (owner == &from_agent) {
    take_policy();
  } else if (owner == &to_agent) {
    if (!output_flush()) exit(0);
  } else if (health_owns(owner)) {
    health_hear();
  } else {
    scans_hear(owner);
  }
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "--check") == 0) return check();
  bool by_path = count == 3 && strcmp(words[2], "by-path") == 0;
  if (count != 2 && !by_path) {
    fputs("usage: file-guard SOCKET [by-path]\n", stderr);
    return 64;
  }
  if (by_path) clamd_ask_by_path();
  start(words[1]);
  line_begin("started");
  line_end();
  for (;;) {
    struct epoll_event ready[READY_MAX];
    int events = epoll_wait(epoll_fd, ready, READY_MAX, scans_tick());
    if (events < 0 && errno != EINTR) die("epoll");
    for (int i = 0; i < events; i++) handle(ready[i].data.ptr);
  }
}
