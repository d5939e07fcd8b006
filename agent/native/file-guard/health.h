/* Whether clamd answers at all. While it does not, nobody is made to wait for it. */
#ifndef HEALTH_H
#define HEALTH_H
#include <stdbool.h>
#include <stdint.h>

void health_start(int epoll);
/* clamd has answered something. */
void health_answered(void);
/* A file was not scanned in time: is it the file, or is it clamd? */
void health_doubt(uint64_t bound_ms);
bool health_is_hung(void);
/* Something can be read on the connection of the ping; `owner` tells whether it is that one. */
bool health_owns(const void *owner);
void health_hear(void);
/* @return when there is something to do, UINT64_MAX: never */
uint64_t health_tick(void);
#endif
