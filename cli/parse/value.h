/* SPDX-License-Identifier: MIT */
/* value.h - the values of the command line, and their kinds */
#ifndef VALUE_H
#define VALUE_H

#include <shmbox/shmbox.h>

#include "text/names.h"

/* The kinds of values. kinds.c has the word and the parser of each. */
enum kind {
	KIND_SWITCH, /* an option without a value */
	KIND_TEXT,
	KIND_PATH,
	KIND_DIR,
	KIND_NUMBER,
	KIND_SIZE,
	KIND_OFFSET,
	KIND_DURATION,
	KIND_MODE,
	KIND_OWNER,
	KIND_KEY,
	KIND_NEW_KEY,
	KIND_SEGMENT,
	KIND_HOLDABLE,
	KIND_ID,
	KIND_PID,
	KIND_PROJ,
	KIND_COLUMN,
	KIND_COLUMNS,
	KIND_FORMAT,
	KIND_FIELD,
	KIND_ASSIGNMENT,
	KIND_WHAT,
	KIND_OP,
	KIND_VALUE,
	KIND_COMMAND,
	KIND_ARG,
	KIND_TOPIC,
	KINDS
};

/*
 * A key as the user typed it. The key of a path is computed only when it is needed: the
 * file may be created later, and a problem with it is not a usage error.
 */
struct key {
	key_t key;
	bool new_key; /* "new": a random unused key */
	char *path;   /* of file:PATH[:PROJ], for ftok(3); NULL: key is the key */
	int proj;
};

/* A SEGMENT; scratch:SIZE, if the operand allows it, stands for a segment to create. */
struct segment {
	bool by_key;
	int id;
	struct key key;
	bool scratch;
	uint64_t scratch_size;
};

/* A FIELD: [NAME=]TYPE@OFFSET[:COUNT]. A negative offset counts from the end. */
struct field {
	const char *label; /* the NAME, not ended by a NUL; NULL without one */
	int label_length;
	const char *type; /* "u32le", not ended by a NUL */
	int type_length;
	bool text;      /* str: a text, which ends at the first NUL */
	bool list;      /* a COUNT was given */
	int64_t offset; /* as typed; field_place() computes the offset in layout */
	struct shmbox_field layout;
};

/* An ASSIGNMENT to a field. */
struct assignment {
	struct field field;
	enum shmbox_change_by by;
	uint64_t *numbers; /* for shmbox_field_update() */
	const char *text;  /* the new text of a str */
};

/* The conditions that shmwait waits for. */
enum event { EVENT_EXISTS, EVENT_GONE, EVENT_ATTACHED, EVENT_CHANGED, EVENT_FIELD };

struct awaited {
	enum event event;
	bool whole;         /* changed: no range was given */
	struct field field; /* the field that is compared; changed: the range */
};

/* The comparison of two values: OP. */
enum comparison { IS_EQ, IS_NE, IS_LT, IS_LE, IS_GT, IS_GE, IS_SET, IS_CLEAR };

/* A parsed value of the command line. The kind determines the member. */
union value {
	const char *
		text; /* TEXT, PATH, DIR, COLUMN, COLUMNS, FORMAT, VALUE, COMMAND, ARG; MODE (see args_mode()) */
	uint64_t size;  /* SIZE; DURATION in nanoseconds */
	int64_t offset; /* OFFSET: negative counts from the end */
	int64_t number; /* NUMBER, ID, PID, PROJ */
	struct owner owner;
	struct key key; /* KEY, NEW_KEY */
	struct segment segment;
	struct field field;
	struct assignment assignment;
	struct awaited awaited;
	enum comparison comparison; /* OP */
};

#endif
