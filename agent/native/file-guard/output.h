/* What the guard tells the agent: a JSON object on each line of standard output. A reader that does not read loses lines, and is told how many. */
#ifndef OUTPUT_H
#define OUTPUT_H
#include <stdbool.h>
#include <stdint.h>

void line_begin(const char *event);
/* Any bytes: what is no UTF-8 becomes `\udcXX`, a lone surrogate, as Python's surrogateescape has it. */
void line_text(const char *key, const char *value);
void line_number(const char *key, uint64_t value);
void line_end(void);
/* Writes what waits. @return false when nobody can ever read it */
bool output_flush(void);
bool output_waits(void);
#endif
