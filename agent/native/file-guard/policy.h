/*
 * What the agent wants of the guard. It comes as records that end with a NUL byte, a word and, after one space, its value:
 *
 *   begin                a new policy; what was read of an unfinished one is forgotten
 *   mark PATH            watch the file system on which this lies
 *   when read|write|read-write
 *   wait-ms N            so long an opener is held at most
 *   late-ms N            so long a scan may go on after that
 *   bytes-max N          larger files are not scanned; 0: as large as clamd takes
 *   fail open|closed     what becomes of an opener when a file cannot be scanned
 *   exempt-uid N         whoever runs as this user is never held: clamd, which would else wait for itself
 *   folder PATTERN       only below these; none: everywhere
 *   extension NAME       only these, in lower case; none: all
 *   skip-folder PATTERN, skip-file PATTERN, skip-extension NAME, skip-image PATTERN
 *   signature allow|deny PATTERN    the first that fits rules; what none fits is denied
 *   commit               the new policy holds
 *
 *   forget               every verdict that was kept is void (new signatures)
 *   count                how many of everything so far
 *
 * In patterns of paths `*` and `?` stay within one name; in those of signatures `*` is anything, and capitals count for nothing.
 */
#ifndef POLICY_H
#define POLICY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORD_MAX = 8192, PATTERNS_MAX = 60000, POLICY_BYTES_MAX = 16 * 1024 * 1024 };

enum list { LIST_MARK, LIST_FOLDER, LIST_EXTENSION, LIST_SKIP_FOLDER, LIST_SKIP_FILE, LIST_SKIP_EXTENSION, LIST_SKIP_IMAGE, LISTS };

struct texts {
  char **at;
  size_t count;
};

struct signature {
  bool is_denied;
  char *pattern;
};

struct policy {
  bool on_read, on_write, fails_closed;
  uint32_t wait_ms, late_ms;
  uint64_t bytes_max;
  int64_t exempt_uid;
  struct texts lists[LISTS];
  struct signature *signatures;
  size_t signature_count;
  size_t patterns, bytes;
};

enum request { REQUEST_NONE, REQUEST_COMMIT, REQUEST_FORGET, REQUEST_COUNT, REQUEST_BAD };

/* Reads records piece by piece, however they are cut. */
struct reader {
  struct policy *draft;
  bool is_too_long;
  size_t length;
  char record[RECORD_MAX];
};

/* Takes one record without its NUL. On REQUEST_COMMIT the draft is the caller's to take. On REQUEST_BAD the draft is void until `begin`. */
enum request policy_take(struct reader *reader, char *record);
void policy_free(struct policy *policy);

bool path_matches(const char *pattern, const char *path);
bool folder_holds(const char *pattern, const char *path);
bool file_matches(const char *pattern, const char *path);
bool signature_matches(const char *pattern, const char *name);

/* Whether this file concerns the guard, by its path alone. */
bool policy_wants(const struct policy *policy, const char *path);
bool policy_skips_image(const struct policy *policy, const char *image);
bool policy_denies(const struct policy *policy, const char *signature);
#endif
