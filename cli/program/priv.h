/* SPDX-License-Identifier: MIT */
/*
 * priv.h - drop privileges that the user does not have
 *
 * A set-id binary, or one with file capabilities, serves a user who lacks them. CMake
 * compiles priv_libcap.c or priv_none.c.
 */
#ifndef PRIV_H
#define PRIV_H

#include <stdint.h>

/*
 * If the program was started with raised privileges, keeps only the capabilities in the
 * mask, or none without libcap. Returns 0 or a negated errno, after which the program
 * must exit.
 */
int priv_reduce(uint64_t capabilities);

/* "+libcap" or "-libcap", for --version. */
const char *priv_feature(void);

#endif
