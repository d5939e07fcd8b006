/* Gives up what the guard does not need once it listens. */
#ifndef CONFINE_H
#define CONFINE_H
/* @return NULL, or the name of the step that failed */
const char *confine(void);
#endif
