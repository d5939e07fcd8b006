#define _GNU_SOURCE
#include "process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_link(const char *link, char *path, size_t size) {
  ssize_t length = readlink(link, path, size - 1);
  path[length < 0 ? 0 : length] = '\0';
  return length > 0;
}

static bool read_start(const char *file, char *text, size_t size, size_t *length) {
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t count = read(fd, text, size - 1);
  close(fd);
  *length = count < 0 ? 0 : (size_t)count;
  text[*length] = '\0';
  return count > 0;
}

bool process_image(pid_t process, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/%d/exe", process);
  return read_link(link, path, size);
}

bool process_command(pid_t process, char *text, size_t size) {
  char file[64];
  size_t length;
  snprintf(file, sizeof file, "/proc/%d/cmdline", process);
  if (!read_start(file, text, size, &length)) return false;
  while (length > 0 && text[length - 1] == '\0') length--;
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\0') text[i] = ' ';
  return length > 0;
}

int64_t process_user(pid_t process) {
  char file[64], text[2048];
  size_t length;
  unsigned int effective;
  snprintf(file, sizeof file, "/proc/%d/status", process);
  if (!read_start(file, text, sizeof text, &length)) return -1;
  const char *line = strstr(text, "\nUid:");
  return line && sscanf(line, "\nUid:%*u%u", &effective) == 1 ? (int64_t)effective : -1;
}

pid_t process_parent(pid_t process) {
  char file[64], text[2048];
  size_t length;
  int parent;
  snprintf(file, sizeof file, "/proc/%d/status", process);
  if (!read_start(file, text, sizeof text, &length)) return -1;
  const char *line = strstr(text, "\nPPid:");
  return line && sscanf(line, "\nPPid:%d", &parent) == 1 ? parent : -1;
}

void process_learn(pid_t process, struct who *who) {
  who->process = process;
  who->user = process_user(process);
  if (!process_image(process, who->image, sizeof who->image)) who->image[0] = '\0';
  if (!process_command(process, who->command, sizeof who->command)) who->command[0] = '\0';
}

bool descriptor_path(int fd, bool is_deleted, char *path, size_t size) {
  static const char remark[] = " (deleted)";
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (!read_link(link, path, size)) return false;
  size_t length = strlen(path);
  if (is_deleted && length >= sizeof remark && strcmp(path + length - (sizeof remark - 1), remark) == 0)
    path[length - (sizeof remark - 1)] = '\0';
  return true;
}
