/* SPDX-License-Identifier: MIT */
/* habits.h - what users of other programs type, and what does the same here */
#ifndef HABITS_H
#define HABITS_H

#include "applet.h"

/* True if word is one of these words, which are separated by blanks. */
bool is_among(const char *words, const char *word);

/* Each returns a hint, or NULL. */
const char *habit_of_option(const struct applet *applet, const char *typed);
/* For an operand that the applet does not take. */
const char *habit_of_surplus(const struct applet *applet);
/* For an operand that is no SEGMENT. */
const char *habit_of_segment(const struct applet *applet);

/* The long name of an option that other programs call by this name; name itself if none. */
const char *synonym_of(const char *name);
/* The applet, without "shm", that other programs call by this name; NULL if none. */
const char *applet_synonym(const char *name);

#endif
