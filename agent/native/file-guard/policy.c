#define _GNU_SOURCE
#include "policy.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void policy_free(struct policy *policy) {
  if (!policy) return;
  for (size_t list = 0; list < LISTS; list++) {
    for (size_t i = 0; i < policy->lists[list].count; i++) free(policy->lists[list].at[i]);
    free(policy->lists[list].at);
  }
  for (size_t i = 0; i < policy->signature_count; i++) free(policy->signatures[i].pattern);
  free(policy->signatures);
  free(policy);
}

static struct policy *policy_new(void) {
  struct policy *policy = calloc(1, sizeof *policy);
  if (!policy) return NULL;
  policy->on_read = policy->on_write = true;
  policy->wait_ms = 2000;
  policy->late_ms = 60000;
  policy->exempt_uid = -1;
  return policy;
}

/* Room for one more, doubling. @return NULL where there is none; what was there stays */
static void *grown(void *at, size_t count, size_t size) {
  if (count != 0 && (count & (count - 1)) != 0) return at;
  return reallocarray(at, count == 0 ? 1 : count * 2, size);
}

static char *keep(struct policy *policy, const char *text) {
  size_t length = strlen(text);
  if (length == 0 || policy->patterns >= PATTERNS_MAX || policy->bytes + length > POLICY_BYTES_MAX) return NULL;
  char *copy = strdup(text);
  if (!copy) return NULL;
  policy->patterns++;
  policy->bytes += length;
  return copy;
}

static bool add_text(struct policy *policy, enum list list, const char *text) {
  struct texts *texts = &policy->lists[list];
  char **room = grown(texts->at, texts->count, sizeof *texts->at);
  if (!room) return false;
  texts->at = room;
  char *copy = keep(policy, text);
  if (!copy) return false;
  texts->at[texts->count++] = copy;
  return true;
}

static bool add_signature(struct policy *policy, const char *value) {
  bool is_denied = strncmp(value, "deny ", 5) == 0;
  if (!is_denied && strncmp(value, "allow ", 6) != 0) return false;
  struct signature *room = grown(policy->signatures, policy->signature_count, sizeof *policy->signatures);
  if (!room) return false;
  policy->signatures = room;
  char *copy = keep(policy, value + (is_denied ? 5 : 6));
  if (!copy) return false;
  policy->signatures[policy->signature_count++] = (struct signature){is_denied, copy};
  return true;
}

static bool number(const char *text, uint64_t max, uint64_t *result) {
  if (!isdigit((unsigned char)text[0])) return false;
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (errno != 0 || *end != '\0' || value > max) return false;
  *result = value;
  return true;
}

static bool set_when(struct policy *policy, const char *value) {
  bool both = strcmp(value, "read-write") == 0;
  policy->on_read = both || strcmp(value, "read") == 0;
  policy->on_write = both || strcmp(value, "write") == 0;
  return policy->on_read || policy->on_write;
}

static bool set_value(struct policy *policy, const char *word, const char *value) {
  static const char *const names[LISTS] = {
      [LIST_MARK] = "mark",
      [LIST_FOLDER] = "folder",
      [LIST_EXTENSION] = "extension",
      [LIST_SKIP_FOLDER] = "skip-folder",
      [LIST_SKIP_FILE] = "skip-file",
      [LIST_SKIP_EXTENSION] = "skip-extension",
      [LIST_SKIP_IMAGE] = "skip-image",
  };
  for (size_t list = 0; list < LISTS; list++)
    if (strcmp(word, names[list]) == 0) return add_text(policy, (enum list)list, value);
  if (strcmp(word, "signature") == 0) return add_signature(policy, value);
  if (strcmp(word, "when") == 0) return set_when(policy, value);
  uint64_t read;
  if (strcmp(word, "wait-ms") == 0) {
    if (!number(value, 60000, &read)) return false;
    policy->wait_ms = (uint32_t)read;
  } else if (strcmp(word, "late-ms") == 0) {
    if (!number(value, 600000, &read)) return false;
    policy->late_ms = (uint32_t)read;
  } else if (strcmp(word, "bytes-max") == 0) {
    if (!number(value, UINT64_MAX, &read)) return false;
    policy->bytes_max = read;
  } else if (strcmp(word, "exempt-uid") == 0) {
    if (!number(value, UINT32_MAX - 1, &read)) return false;
    policy->exempt_uid = (int64_t)read;
  } else if (strcmp(word, "fail") == 0) {
    policy->fails_closed = strcmp(value, "closed") == 0;
    return policy->fails_closed || strcmp(value, "open") == 0;
  } else {
    return false;
  }
  return true;
}

enum request policy_take(struct reader *reader, char *record) {
  if (strcmp(record, "forget") == 0) return REQUEST_FORGET;
  if (strcmp(record, "count") == 0) return REQUEST_COUNT;
  if (strcmp(record, "begin") == 0) {
    policy_free(reader->draft);
    reader->draft = policy_new();
    return reader->draft ? REQUEST_NONE : REQUEST_BAD;
  }
  if (reader->draft) {
    if (strcmp(record, "commit") == 0) return REQUEST_COMMIT;
    char *space = strchr(record, ' ');
    if (space) {
      *space = '\0';
      if (set_value(reader->draft, record, space + 1)) return REQUEST_NONE;
    }
  }
  policy_free(reader->draft);
  reader->draft = NULL;
  return REQUEST_BAD;
}

/* One name against one pattern, both up to their `/` or end. Goes back to the last `*` only, so it takes at most pattern times name steps. */
static bool name_matches(const char *pattern, size_t pattern_length, const char *name, size_t name_length) {
  size_t p = 0, n = 0, star = SIZE_MAX, resume = 0;
  while (n < name_length) {
    if (p < pattern_length && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern_length && (pattern[p] == '?' || pattern[p] == name[n])) {
      /* `?` is one character, not one byte of it. */
      if (pattern[p] == '?')
        while (n + 1 < name_length && ((unsigned char)name[n + 1] & 0xC0) == 0x80) n++;
      p++;
      n++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern_length && pattern[p] == '*') p++;
  return p == pattern_length;
}

/* @return how the path goes on after what the pattern matched, name by name; NULL where it does not match */
static const char *match_names(const char *pattern, const char *path) {
  for (;;) {
    while (*pattern == '/') pattern++;
    while (*path == '/') path++;
    if (*pattern == '\0') return path;
    if (*path == '\0') return NULL;
    size_t pattern_length = strcspn(pattern, "/"), name_length = strcspn(path, "/");
    if (!name_matches(pattern, pattern_length, path, name_length)) return NULL;
    pattern += pattern_length;
    path += name_length;
  }
}

bool path_matches(const char *pattern, const char *path) {
  const char *rest = match_names(pattern, path);
  return rest && *rest == '\0';
}

bool folder_holds(const char *pattern, const char *path) {
  const char *rest = match_names(pattern, path);
  return rest && *rest != '\0';
}

static const char *last_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool file_matches(const char *pattern, const char *path) {
  if (strchr(pattern, '/')) return path_matches(pattern, path);
  const char *name = last_name(path);
  return name_matches(pattern, strlen(pattern), name, strlen(name));
}

bool signature_matches(const char *pattern, const char *name) {
  size_t p = 0, n = 0, star = SIZE_MAX, resume = 0;
  while (name[n] != '\0') {
    if (pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (pattern[p] == '?' || (pattern[p] != '\0' && tolower((unsigned char)pattern[p]) == tolower((unsigned char)name[n]))) {
      p++;
      n++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] == '*') p++;
  return pattern[p] == '\0';
}

static bool has_extension(const struct texts *texts, const char *path) {
  const char *name = last_name(path);
  const char *dot = strrchr(name, '.');
  if (!dot || dot[1] == '\0') return false;
  for (size_t i = 0; i < texts->count; i++)
    if (strcasecmp(texts->at[i], dot + 1) == 0) return true;
  return false;
}

static bool any(const struct texts *texts, bool (*matches)(const char *, const char *), const char *path) {
  for (size_t i = 0; i < texts->count; i++)
    if (matches(texts->at[i], path)) return true;
  return false;
}

bool policy_wants(const struct policy *policy, const char *path) {
  const struct texts *lists = policy->lists;
  if (lists[LIST_FOLDER].count > 0 && !any(&lists[LIST_FOLDER], folder_holds, path)) return false;
  if (lists[LIST_EXTENSION].count > 0 && !has_extension(&lists[LIST_EXTENSION], path)) return false;
  return !any(&lists[LIST_SKIP_FOLDER], folder_holds, path) && !any(&lists[LIST_SKIP_FILE], file_matches, path) &&
         !has_extension(&lists[LIST_SKIP_EXTENSION], path);
}

bool policy_skips_image(const struct policy *policy, const char *image) {
  return any(&policy->lists[LIST_SKIP_IMAGE], file_matches, image);
}

bool policy_denies(const struct policy *policy, const char *signature) {
  for (size_t i = 0; i < policy->signature_count; i++)
    if (signature_matches(policy->signatures[i].pattern, signature)) return policy->signatures[i].is_denied;
  return true;
}
