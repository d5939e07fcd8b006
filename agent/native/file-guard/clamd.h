/* Talks to clamd without ever waiting for it. */
#ifndef CLAMD_H
#define CLAMD_H
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct link {
  int socket;
  size_t length;
  char answer[1024];
};

/* BUSY: its queue of connections is full, try again soon. GONE: nobody listens. */
enum begun { BEGUN, BEGUN_BUSY, BEGUN_GONE };
/* FAILED: it broke off, or could not scan; `answer` says why. */
enum answer { ANSWER_MORE, ANSWER_CLEAN, ANSWER_INFECTED, ANSWER_FAILED, ANSWER_PONG, ANSWER_ENCRYPTED, ANSWER_LIMITS };

/* @param path of clamd's socket, however long. @return false where its folder cannot be opened */
bool clamd_find(const char *path);
/* From now on files are named by their place below /proc, for one who can open them there and takes no descriptors. */
void clamd_ask_by_path(void);
enum begun clamd_begin_scan(struct link *link, int file);
enum begun clamd_begin_ping(struct link *link);
/* ENCRYPTED, LIMITS: nothing was found, but an archive could not be looked at to its end. */
/* Reads what is there. After ANSWER_INFECTED `answer` is the name of the signature. */
enum answer clamd_hear(struct link *link);
void clamd_end(struct link *link);
/* Whether this process has answered us as clamd. It opens files in order to answer, so it is never held. */
bool clamd_is(pid_t process);
#endif
