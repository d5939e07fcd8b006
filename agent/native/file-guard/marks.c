#define _GNU_SOURCE
#include "marks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>

#include "output.h"

struct mark {
  dev_t device;
  char *path;
};

static const uint64_t reads = FAN_OPEN_PERM | FAN_OPEN_EXEC_PERM;
static struct mark *marks;
static size_t mark_count;

static bool is_marked(const struct mark *in, size_t count, dev_t device) {
  for (size_t i = 0; i < count; i++)
    if (in[i].device == device) return true;
  return false;
}

static bool set(int fanotify, const char *path, uint64_t mask) {
  if (fanotify_mark(fanotify, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, path) == 0) return true;
  line_begin("unmarked");
  line_text("path", path);
  line_text("error", strerror(errno));
  line_end();
  return false;
}

static void take_away(int fanotify, const struct mark *mark, uint64_t mask) {
  struct stat about;
  /* Another file system may be mounted there by now; the mark has gone with the one before. */
  if (stat(mark->path, &about) != 0 || about.st_dev != mark->device) return;
  fanotify_mark(fanotify, FAN_MARK_REMOVE | FAN_MARK_FILESYSTEM, mask, AT_FDCWD, mark->path);
}

void marks_set(int fanotify, const struct policy *policy) {
  const struct texts *wanted = &policy->lists[LIST_MARK];
  /* That something was written is heard of in any case: it ends the verdicts that the kernel keeps. */
  const uint64_t mask = FAN_CLOSE_WRITE | (policy->on_read ? reads : 0);
  struct mark *next = calloc(wanted->count + 1, sizeof *next);
  size_t next_count = 0;
  for (size_t i = 0; next && i < wanted->count; i++) {
    struct stat about;
    bool is_there = stat(wanted->at[i], &about) == 0;
    if (is_there && is_marked(next, next_count, about.st_dev)) continue;
    if (!set(fanotify, wanted->at[i], mask) || !is_there) continue;
    char *path = strdup(wanted->at[i]);
    if (path) next[next_count++] = (struct mark){about.st_dev, path};
  }
  for (size_t i = 0; i < mark_count; i++) {
    bool stays = is_marked(next, next_count, marks[i].device);
    take_away(fanotify, &marks[i], stays ? (FAN_CLOSE_WRITE | reads) & ~mask : FAN_CLOSE_WRITE | reads);
    free(marks[i].path);
  }
  free(marks);
  marks = next;
  mark_count = next_count;
  line_begin("ready");
  line_number("marked", mark_count);
  line_end();
}
