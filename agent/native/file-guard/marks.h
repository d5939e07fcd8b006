/* The file systems that the guard is asked about. */
#ifndef MARKS_H
#define MARKS_H
#include "policy.h"

/* Sets and takes away marks as the policy has it, and tells how many hold and which cannot be set. */
void marks_set(int fanotify, const struct policy *policy);
#endif
