#define _GNU_SOURCE
#include "verdicts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <time.h>

enum { RECENT_MS = 20, HELD_MAX = 1024, INFECTED_MAX = 256, SIGNATURE_MAX = 256 };

static const uint64_t uses = FAN_OPEN_PERM | FAN_OPEN_EXEC_PERM;
static int fanotify_fd;
static unsigned int evictable;
static unsigned int held;
static struct {
  struct stat about;
  char signature[SIGNATURE_MAX];
} infected[INFECTED_MAX];
static unsigned int next_infected;

void verdicts_start(int fanotify) {
  fanotify_fd = fanotify;
#ifdef FAN_MARK_EVICTABLE
  /* Such a mark does not keep the inode in memory (Linux 5.19). */
  evictable = FAN_MARK_EVICTABLE;
#endif
}

bool is_same_state(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
         a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

bool is_settled(const struct stat *about) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  int64_t age_ms = (now.tv_sec - about->st_ctim.tv_sec) * 1000 + (now.tv_nsec - about->st_ctim.tv_nsec) / 1000000;
  return age_ms >= RECENT_MS;
}

/*
 * Not while anybody has the file open for writing: what is written through a mapping is not heard of before the last of them closes it. Whether one does
 * is told by a lease, which the kernel then refuses. File systems without leases have the time of the last change alone.
 */
void keep_clean(int fd, const struct stat *about) {
  bool is_leased = fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
  if (!is_leased && errno == EAGAIN) return;
  int result = fanotify_mark(fanotify_fd, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK | evictable, uses, fd, NULL);
  if (result != 0 && errno == EINVAL) evictable = 0;
  if (is_leased) fcntl(fd, F_SETLEASE, F_UNLCK);
  struct stat after;
  if (fstat(fd, &after) != 0 || !is_same_state(about, &after)) forget_clean(fd);
}

void forget_clean(int fd) { fanotify_mark(fanotify_fd, FAN_MARK_REMOVE | FAN_MARK_IGNORED_MASK, uses, fd, NULL); }

void keep_infected(const struct stat *about, const char *signature) {
  if (known_infected(about)) return;
  unsigned int at = next_infected++ % INFECTED_MAX;
  infected[at].about = *about;
  snprintf(infected[at].signature, SIGNATURE_MAX, "%s", signature);
}

const char *known_infected(const struct stat *about) {
  for (unsigned int i = 0; i < INFECTED_MAX; i++)
    if (infected[i].signature[0] != '\0' && is_same_state(&infected[i].about, about)) return infected[i].signature;
  return NULL;
}

void hold_when_opened(int fd) {
  if (held < HELD_MAX && fanotify_mark(fanotify_fd, FAN_MARK_ADD, uses, fd, NULL) == 0) held++;
}

void forget_all_verdicts(void) {
  fanotify_mark(fanotify_fd, FAN_MARK_FLUSH, 0, AT_FDCWD, NULL);
  memset(infected, 0, sizeof infected);
  held = 0;
}
