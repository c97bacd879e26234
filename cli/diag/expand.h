/* SPDX-License-Identifier: MIT */
/* expand.h - fill the facts of a cause into the words of the table of errors */
#ifndef EXPAND_H
#define EXPAND_H

#include <shmbox/shmbox.h>

#include "diag/diag.h"

/* Writes words to out, with each {placeholder} of the table replaced by what it stands for. */
void expand_cause(const char *words, const struct shmbox_cause *cause,
                  char out[CAUSE_ROOM]);

#endif
