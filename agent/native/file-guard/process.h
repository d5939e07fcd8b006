/* What /proc tells of a process. It is read while the kernel still holds the process, so it is there. */
#ifndef PROCESS_H
#define PROCESS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is told of whoever used a file. */
struct who {
  pid_t process;
  /* -1: not known. */
  int64_t user;
  /* Empty: not known. */
  char image[4097], command[4096];
};

/* Its parent. @return -1 where it cannot be learnt */
pid_t process_parent(pid_t process);
void process_learn(pid_t process, struct who *who);

/* @return false where it cannot be learnt */
bool process_image(pid_t process, char *path, size_t size);
/* Words apart by spaces. */
bool process_command(pid_t process, char *text, size_t size);
/* The effective user. @return -1 where it cannot be learnt */
int64_t process_user(pid_t process);
/* @param is_deleted whether the file has no name any more; then the kernel's remark is taken off its path */
bool descriptor_path(int fd, bool is_deleted, char *path, size_t size);
#endif
