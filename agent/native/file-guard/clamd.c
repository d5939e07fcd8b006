#define _GNU_SOURCE
#include "clamd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address = {.sun_family = AF_UNIX};
/* The last processes that listened there: a new clamd may answer while an old one still works. */
static pid_t listeners[4];
static size_t next_listener;
static bool asks_by_path;

bool clamd_find(const char *path) {
  if (strlen(path) < sizeof address.sun_path) {
    strcpy(address.sun_path, path);
    return true;
  }
  /* An address is short; a folder is reached by its descriptor, which stays open. */
  const char *slash = strrchr(path, '/');
  char folder[4096];
  if (!slash || (size_t)(slash - path) >= sizeof folder) return false;
  memcpy(folder, path, (size_t)(slash - path));
  folder[slash - path] = '\0';
  int descriptor = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  int length = snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d%s", descriptor, slash);
  return length > 0 && (size_t)length < sizeof address.sun_path;
}

bool clamd_is(pid_t process) {
  for (size_t i = 0; i < sizeof listeners / sizeof *listeners; i++)
    if (listeners[i] == process) return true;
  return false;
}

static void note_listener(int socket) {
  struct ucred who;
  socklen_t size = sizeof who;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || who.pid <= 0 || clamd_is(who.pid)) return;
  listeners[next_listener++ % (sizeof listeners / sizeof *listeners)] = who.pid;
}

static enum begun begin(struct link *link, const char *command, size_t length) {
  link->length = 0;
  link->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (link->socket < 0) return BEGUN_BUSY;
  if (connect(link->socket, (struct sockaddr *)&address, sizeof address) != 0) {
    enum begun begun = errno == EAGAIN || errno == EINTR ? BEGUN_BUSY : BEGUN_GONE;
    clamd_end(link);
    return begun;
  }
  note_listener(link->socket);
  /* A new connection has room for a few bytes. */
  if (send(link->socket, command, length, MSG_NOSIGNAL) == (ssize_t)length) return BEGUN;
  clamd_end(link);
  return BEGUN_GONE;
}

void clamd_ask_by_path(void) { asks_by_path = true; }

static enum begun begin_by_path(struct link *link, int file) {
  char command[64];
  int length = snprintf(command, sizeof command, "zSCAN /proc/%d/fd/%d", (int)getpid(), file);
  return length > 0 && (size_t)length < sizeof command ? begin(link, command, (size_t)length + 1) : BEGUN_GONE;
}

enum begun clamd_begin_scan(struct link *link, int file) {
  if (asks_by_path) return begin_by_path(link, file);
  enum begun begun = begin(link, "zFILDES", sizeof "zFILDES");
  if (begun != BEGUN) return begun;
  char nothing = 0;
  struct iovec piece = {&nothing, 1};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr header;
  } control = {0};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &file, sizeof file);
  if (sendmsg(link->socket, &message, MSG_NOSIGNAL) == 1) return BEGUN;
  clamd_end(link);
  return BEGUN_GONE;
}

enum begun clamd_begin_ping(struct link *link) { return begin(link, "zPING", sizeof "zPING"); }

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), end_length = strlen(end);
  return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* `fd[12]: Eicar-Test.UNOFFICIAL FOUND`, `fd[12]: OK`, `fd[12]: … ERROR`, `PONG`. */
static enum answer understand(char *text) {
  if (strcmp(text, "PONG") == 0) return ANSWER_PONG;
  char *verdict = strstr(text, ": ");
  if (!verdict) return ANSWER_FAILED;
  verdict += 2;
  if (strcmp(verdict, "OK") == 0) return ANSWER_CLEAN;
  if (!ends_with(verdict, " FOUND")) return ANSWER_FAILED;
  size_t length = strlen(verdict) - strlen(" FOUND");
  verdict[length] = '\0';
  if (ends_with(verdict, ".UNOFFICIAL")) verdict[length - strlen(".UNOFFICIAL")] = '\0';
  memmove(text, verdict, strlen(verdict) + 1);
  if (strncmp(text, "Heuristics.Encrypted.", 21) == 0) return ANSWER_ENCRYPTED;
  if (strncmp(text, "Heuristics.Limits.Exceeded", 26) == 0) return ANSWER_LIMITS;
  return text[0] == '\0' ? ANSWER_FAILED : ANSWER_INFECTED;
}

enum answer clamd_hear(struct link *link) {
  for (;;) {
    ssize_t count = recv(link->socket, link->answer + link->length, sizeof link->answer - 1 - link->length, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return ANSWER_MORE;
    if (count < 0) count = 0;
    link->length += (size_t)count;
    link->answer[link->length] = '\0';
    if (count > 0 && strlen(link->answer) == link->length && link->length < sizeof link->answer - 1) continue;
    return understand(link->answer);
  }
}

void clamd_end(struct link *link) {
  /* Whoever ends it because of an error still wants to tell which. */
  int error = errno;
  if (link->socket >= 0) close(link->socket);
  link->socket = -1;
  errno = error;
}
