#include "health.h"

#include <sys/epoll.h>

#include "clamd.h"
#include "output.h"
#include "scans.h"

enum { PING_MS = 1000, RETRY_MS = 200 };

static int epoll_fd;
static struct link ping = {.socket = -1};
static uint64_t answered_ms, ping_due_ms, retry_ms;
static bool is_hung, is_doubted;

void health_start(int epoll) {
  epoll_fd = epoll;
  answered_ms = now_ms();
}

bool health_is_hung(void) { return is_hung; }
bool health_owns(const void *owner) { return owner == &ping; }

void health_answered(void) {
  answered_ms = now_ms();
  if (!is_doubted) return;
  is_doubted = false;
  clamd_end(&ping);
  if (!is_hung) return;
  is_hung = false;
  line_begin("answers");
  line_end();
}

static void try_ping(void) {
  uint64_t now = now_ms();
  enum begun begun = clamd_begin_ping(&ping);
  retry_ms = now + RETRY_MS;
  if (begun == BEGUN) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &ping};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ping.socket, &event);
  } else if (begun == BEGUN_GONE) {
    /* What is not there cannot hang: it is asked for every file, and refuses at once. */
    health_answered();
  }
}

void health_doubt(uint64_t bound_ms) {
  if (is_doubted || now_ms() - answered_ms < bound_ms) return;
  is_doubted = true;
  ping_due_ms = now_ms() + PING_MS;
  try_ping();
}

void health_hear(void) {
  enum answer answer = clamd_hear(&ping);
  if (answer == ANSWER_MORE) return;
  clamd_end(&ping);
  if (answer == ANSWER_PONG) health_answered();
}

uint64_t health_tick(void) {
  if (!is_doubted) return UINT64_MAX;
  uint64_t now = now_ms();
  if (!is_hung && now >= ping_due_ms) {
    is_hung = true;
    line_begin("hung");
    line_number("ms", now - answered_ms);
    line_end();
  }
  if (ping.socket < 0 && now >= retry_ms) try_ping();
  if (!is_doubted) return UINT64_MAX;
  uint64_t next = ping.socket < 0 ? retry_ms : UINT64_MAX;
  return !is_hung && ping_due_ms < next ? ping_due_ms : next;
}
