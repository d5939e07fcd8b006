#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT_MAX = 512 * 1024, LINE_MAX_BYTES = 64 * 1024 };

static char waiting[OUTPUT_MAX];
static size_t waiting_length;
static uint64_t lost;

static char line[LINE_MAX_BYTES];
static size_t line_length;
static bool is_cut;

static void put(const char *bytes, size_t length) {
  /* Room for the closing bracket. */
  if (line_length + length > sizeof line - 2) {
    is_cut = true;
    return;
  }
  memcpy(line + line_length, bytes, length);
  line_length += length;
}

static void put_string(const char *text) { put(text, strlen(text)); }

/* @return length of the UTF-8 character that begins here, 0 where none does */
static size_t character(const unsigned char *at) {
  unsigned char first = at[0];
  size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  for (size_t i = 1; i < length; i++)
    if ((at[i] & 0xC0) != 0x80) return 0;
  if (length == 3 && ((first == 0xE0 && at[1] < 0xA0) || (first == 0xED && at[1] > 0x9F))) return 0;
  if (length == 4 && ((first == 0xF0 && at[1] < 0x90) || (first == 0xF4 && at[1] > 0x8F))) return 0;
  return length;
}

static void put_json(const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
    size_t length = character(at);
    char escape[8];
    if (length == 0) {
      snprintf(escape, sizeof escape, "\\udc%02x", *at);
      put(escape, 6);
      at++;
    } else if (length == 1 && (*at < 0x20 || *at == 0x7F)) {
      snprintf(escape, sizeof escape, "\\u%04x", *at);
      put(escape, 6);
      at++;
    } else {
      if (*at == '"' || *at == '\\') put("\\", 1);
      put((const char *)at, length);
      at += length;
    }
  }
}

void line_begin(const char *event) {
  line_length = 0;
  is_cut = false;
  put_string("{\"event\":\"");
  put_string(event);
  put_string("\"");
}

static void put_key(const char *key) {
  put_string(",\"");
  put_string(key);
  put_string("\":");
}

void line_text(const char *key, const char *value) {
  put_key(key);
  put_string("\"");
  put_json(value);
  put_string("\"");
}

void line_number(const char *key, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, value);
  put_key(key);
  put_string(text);
}

static bool append(void) {
  if (is_cut || waiting_length + line_length + 2 > sizeof waiting) return false;
  memcpy(waiting + waiting_length, line, line_length);
  waiting_length += line_length;
  waiting[waiting_length++] = '}';
  waiting[waiting_length++] = '\n';
  return true;
}

void line_end(void) {
  if (!append()) {
    lost++;
  } else if (lost > 0) {
    line_begin("lost");
    line_number("lines", lost);
    if (append()) lost = 0;
  }
  output_flush();
}

bool output_flush(void) {
  size_t written = 0;
  while (written < waiting_length) {
    ssize_t count = write(STDOUT_FILENO, waiting + written, waiting_length - written);
    if (count > 0)
      written += (size_t)count;
    else if (errno == EAGAIN)
      break;
    else if (errno != EINTR)
      return false;
  }
  memmove(waiting, waiting + written, waiting_length - written);
  waiting_length -= written;
  return true;
}

bool output_waits(void) { return waiting_length > 0; }
