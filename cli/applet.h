/*
 * applet.h - what an applet is
 *
 * An applet is one file: options, run(), and a descriptor at its end. The command line is
 * parsed and checked before run() is called, so run() gets values, never text to be parsed; it
 * returns the exit status and says what went wrong through diag/diag.h. Everything about
 * segments is in <shmbox/shmbox.h>. What applets share stands in the rooms of cli/.
 */
#ifndef APPLET_H
#define APPLET_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

#include <shmbox/shmbox.h>

#include "diag/status.h"
#include "parse/value.h"

/* Segments are the core's business: an applet that calls these does not compile. */
#pragma GCC poison shmget shmat shmdt shmctl

/*
 * Its texts are arrays, as in other tables: a pointer to a text would have to be relocated at
 * every start, in a page of the process's own. A test checks that each text fits its array.
 */
struct opt {
	char letter; /* 'f' for -f; 0 for a guard and for what must not be typed by accident */
	char name[15]; /* "force" for --force */
	enum kind kind;
	char help[76]; /* one line, no capital, no full stop */
};

enum { MAX_OPTIONS = 24 };

struct args;

/* An applet. The first four fields are its whole user interface. */
struct applet {
	const char *name;
	const char *summary;       /* the man page's one-line description */
	const char *operands;      /* as in a synopsis: "SEGMENT...", "[SIZE]" */
	const struct opt *options; /* ends with an all-zero entry; NULL if none */
	int (*run)(const struct args *args); /* returns the exit status */
	uint64_t
		capabilities; /* CAP() bits it may keep if the binary was started with more */
	int changes; /* it makes, changes or removes segments: CHANGES, CHANGES_WITH(), or 0 */
};

/* Always; or if this option is there. */
enum { CHANGES = 1 };
#define CHANGES_WITH(option) ((option) + 2)

#define CAP(name) (UINT64_C(1) << (name))

/* The command line, parsed and checked before run() is called. */
struct args {
	const struct applet *applet;
	int count;           /* operands */
	char **words;        /* operands as typed, for messages; a NULL ends them */
	union value *values; /* operands as parsed */
	bool seen[MAX_OPTIONS];
	const char *typed[MAX_OPTIONS]; /* option values as typed, for messages */
	union value option[MAX_OPTIONS];
};

/* ---- values.c: the values of options ---- */

/* The value of option at index, or fallback if it was not given. */
uint64_t args_size(const struct args *args, int index, uint64_t fallback);
int64_t args_offset(const struct args *args, int index, int64_t fallback);
const char *args_text(const struct args *args, int index, const char *fallback);

/* The key that option asks for in *key; or says why there is none and returns a status. */
int args_key(const struct args *args, int index, key_t *key);

/* The permission bits that option asks for, where the segment has, or would get, old. */
mode_t args_mode(const struct args *args, int index, mode_t old);

#endif
