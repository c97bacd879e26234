/* SPDX-License-Identifier: MIT */
/*
 * applet.h - the interface of an applet
 *
 * An applet is one file: its options, run(), and a descriptor at the end. The command
 * line is parsed and checked before run() is called, so run() gets values, never text. It
 * returns the exit status and reports problems through diag/diag.h. Everything about
 * segments is in <shmbox/shmbox.h>; the rooms of cli/ contain what applets share.
 */
#ifndef APPLET_H
#define APPLET_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

#include <shmbox/shmbox.h>

#include "diag/status.h"
#include "parse/value.h"

/* Only libshmbox calls these: an applet that does so fails to compile. */
#pragma GCC poison shmget shmat shmdt shmctl

/*
 * One option. The texts are arrays, not pointers: a pointer would need a relocation at
 * every start, and a private page for it. A test checks that each text fits into its
 * array.
 */
struct opt {
	char letter;   /* 'f' for -f; 0 if there is only the long name */
	char name[15]; /* "force" for --force */
	enum kind kind;
	char help[76]; /* one line, lower case, no full stop */
};

enum { MAX_OPTIONS = 24 };

struct args;

/* The descriptor of an applet. The first four fields are its user interface. */
struct applet {
	const char *name;
	const char *summary;       /* the man page's one-line description */
	const char *operands;      /* as in a synopsis: "SEGMENT...", "[SIZE]" */
	const struct opt *options; /* ends with an all-zero entry; NULL if none */
	int (*run)(const struct args *args); /* returns the exit status */
	uint64_t
		capabilities; /* capabilities it may keep, as CAP() bits; all others are dropped */
	int changes; /* whether it changes segments: CHANGES, CHANGES_WITH(), or 0 */
};

/* Values of applet.changes: always, or only with this option (an index of options). */
enum { CHANGES = 1 };
#define CHANGES_WITH(option) ((option) + 2)

#define CAP(name) (UINT64_C(1) << (name))

/* The command line, parsed and checked before run() is called. */
struct args {
	const struct applet *applet;
	int count;           /* number of operands */
	char **words;        /* operands as typed, for messages; ends with NULL */
	union value *values; /* operands as parsed */
	bool seen[MAX_OPTIONS];
	const char *typed[MAX_OPTIONS]; /* option values as typed, for messages */
	union value option[MAX_OPTIONS];
};

/* Return the value of the option at index, or fallback if it was not given. */
uint64_t args_size(const struct args *args, int index, uint64_t fallback);
int64_t args_offset(const struct args *args, int index, int64_t fallback);
const char *args_text(const struct args *args, int index, const char *fallback);

/* Room for "--name value". */
enum { OPTION_OBJECT = 80 };
/*
 * Writes "--name value" into out, as the object of messages about the value. Returns out, or
 * NULL if the option was not given.
 */
const char *args_object(const struct args *args, int index, char out[OPTION_OBJECT]);

/*
 * Stores the key that the option asks for in *key. Returns 0, or reports why there is no
 * such key and returns a status.
 */
int args_key(const struct args *args, int index, key_t *key);

/*
 * Returns the permission bits that the option asks for. Symbolic modes (u+w) start from
 * old, the mode that the segment has, or would get.
 */
mode_t args_mode(const struct args *args, int index, mode_t old);

#endif
