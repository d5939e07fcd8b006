/* Verdicts that hold until the file changes: the clean ones the kernel keeps for us, the others we keep. */
#ifndef VERDICTS_H
#define VERDICTS_H
#include <stdbool.h>
#include <sys/stat.h>

void verdicts_start(int fanotify);
bool is_same_state(const struct stat *a, const struct stat *b);
/* Two changes within one tick of the kernel's clock leave the same time: what changed just now is scanned anew. */
bool is_settled(const struct stat *about);
/* @param about as it was before the scan */
void keep_clean(int fd, const struct stat *about);
/* Somebody has closed it after writing. */
void forget_clean(int fd);
void keep_infected(const struct stat *about, const char *signature);
/* @return NULL where nothing is known against it */
const char *known_infected(const struct stat *about);
/* Where only what is written is looked at, this file alone is held when it is opened. */
void hold_when_opened(int fd);
void forget_all_verdicts(void);
#endif
