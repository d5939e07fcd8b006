#define _GNU_SOURCE
#include "tell.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "process.h"
#include "scans.h"

enum { TELL_MS = 1000 };

static struct {
  uint64_t count, denied, due_ms;
  pid_t process;
  char path[PATH_MAX + 1], image[PATH_MAX + 1], detail[200];
} missed[MISSED_KINDS];

static void tell_who(const struct who *who) {
  line_number("pid", (uint64_t)who->process);
  if (who->image[0] != '\0') line_text("exe", who->image);
  if (who->command[0] != '\0') line_text("command", who->command);
  if (who->user >= 0) line_number("uid", (uint64_t)who->user);
}

static void tell_digits(const char *key, uint64_t value) {
  char digits[24];
  snprintf(digits, sizeof digits, "%" PRIu64, value);
  line_text(key, digits);
}

void tell_found(const struct found *found) {
  char path[PATH_MAX + 1];
  line_begin("found");
  line_text("signature", found->signature);
  line_text("decision", found->decision);
  if (descriptor_path(found->fd, found->is_deleted, path, sizeof path)) line_text("path", path);
  /* As text: a number in JSON is read as a double. */
  tell_digits("device", found->device);
  tell_digits("inode", found->inode);
  line_number("size", found->size);
  if (found->is_exec) line_number("exec", 1);
  tell_who(found->who);
  line_end();
}

void tell_missed(enum missed why, int fd, pid_t process, bool is_denied, const char *detail) {
  if (missed[why].count++ == 0) {
    missed[why].due_ms = now_ms() + TELL_MS;
    missed[why].process = process;
    if (fd < 0 || !descriptor_path(fd, false, missed[why].path, sizeof missed[why].path)) missed[why].path[0] = '\0';
    if (!process_image(process, missed[why].image, sizeof missed[why].image)) missed[why].image[0] = '\0';
    snprintf(missed[why].detail, sizeof missed[why].detail, "%s", detail);
  }
  if (is_denied) missed[why].denied++;
}

uint64_t tell_tick(void) {
  static const char *const names[MISSED_KINDS] = {"time", "hung", "engine", "full", "encrypted", "limits"};
  uint64_t next = UINT64_MAX, now = now_ms();
  for (enum missed why = 0; why < MISSED_KINDS; why++) {
    if (missed[why].count == 0) continue;
    if (now < missed[why].due_ms) {
      if (missed[why].due_ms < next) next = missed[why].due_ms;
      continue;
    }
    line_begin("missed");
    line_text("reason", names[why]);
    line_number("count", missed[why].count);
    line_number("denied", missed[why].denied);
    if (missed[why].path[0] != '\0') line_text("path", missed[why].path);
    line_number("pid", (uint64_t)missed[why].process);
    if (missed[why].image[0] != '\0') line_text("exe", missed[why].image);
    if (missed[why].detail[0] != '\0') line_text("detail", missed[why].detail);
    line_end();
    missed[why].count = missed[why].denied = 0;
  }
  return next;
}
