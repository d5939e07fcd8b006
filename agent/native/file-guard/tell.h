/* The lines about files. */
#ifndef TELL_H
#define TELL_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "process.h"

enum missed { MISSED_TIME, MISSED_HUNG, MISSED_ENGINE, MISSED_FULL, MISSED_ENCRYPTED, MISSED_LIMITS, MISSED_KINDS };

struct found {
  int fd;
  uint64_t device, inode, size;
  bool is_deleted;
  const char *signature;
  /* `denied`, `allowed`; `late`: allowed before the scan came to its end; `written`: found as it was closed after writing. */
  const char *decision;
  const struct who *who;
  bool is_exec;
};

void tell_found(const struct found *found);
/* A use that was answered without a scan. Told at most once a second for each reason, with its number and one example. */
void tell_missed(enum missed why, int fd, pid_t process, bool is_denied, const char *detail);
/* @return when there is something to do, UINT64_MAX: never */
uint64_t tell_tick(void);
#endif
