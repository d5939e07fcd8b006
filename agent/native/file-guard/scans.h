/* Files that are being scanned, and who waits for each of them. */
#ifndef SCANS_H
#define SCANS_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy.h"

struct use {
  /* Is the guard's from now on. */
  int fd;
  pid_t process;
  /* The kernel holds the opener until it is answered. */
  bool is_held, is_exec;
};

/* @param files_max descriptors that may be open at a time */
void scans_start(int fanotify, int epoll, uint64_t files_max);
/* Policy in force; stays the caller's. */
void scans_rule(const struct policy *policy);
void scans_add(struct use use);
/* Something can be read on this connection. */
void scans_hear(void *link_owner);
/* Ends what has waited too long. @return milliseconds until there is something to do, -1: nothing */
int scans_tick(void);
void scans_tell_counts(void);

uint64_t now_ms(void);
#endif
