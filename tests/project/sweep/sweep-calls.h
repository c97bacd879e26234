/* SPDX-License-Identifier: MIT */
/* sweep-calls.h - system calls, and how each can fail */

#pragma once

#include "sweep.h"

struct kind {
	long number;
	const char *name;
	const char *errors; /* NULL: it is left out */
	const char *reason; /* for that */
};
const struct kind *kind_of(long number);
const char *error_name(int error);
int error_number(const char *name);
/* The errors of a call, until that with this index: 0 if there are not so many. */
int nth_error(const struct call *call, int index);
/* Which argument of a call is the number of bytes; -1: none. */
int length_argument(long number);
/* Which argument is an array of struct iovec, and the next its length; -1: none. */
int vector_argument(long number);
bool sleeps(const struct call *call);
