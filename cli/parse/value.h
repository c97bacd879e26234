/* value.h - the values of the command line, and their kinds */
#ifndef VALUE_H
#define VALUE_H

#include <shmbox/shmbox.h>

#include "text/names.h"

/* What a value on the command line is. kinds.c has the word and the parser of each. */
enum kind {
	KIND_SWITCH, /* no value: the option is there or it is not */
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
	KINDS
};

/*
 * A key as the user named it. A path becomes a key only when the key is needed: its file
 * may come later, and what is wrong with it is no error of the command line.
 */
struct key {
	key_t key;
	bool new_key; /* "new": a random free one */
	char *path;   /* file:PATH: its ftok(3) key, with proj; NULL: key counts */
	int proj;
};

/* What SEGMENT stands for; a scratch one, where the operand allows that, is yet to be made. */
struct segment {
	bool by_key;
	int id;
	struct key key;
	bool scratch;
	uint64_t scratch_size;
};

/* TYPE@OFFSET[:COUNT]; its offset counts from the end if it is negative. */
struct field {
	const char *label; /* name= stood in front; not ended by a NUL */
	int label_length;
	const char *type; /* "u32le", likewise */
	int type_length;
	bool text;      /* str: bytes, which end at the first NUL */
	bool list;      /* there was a COUNT */
	int64_t offset; /* layout has none yet: see field_place() */
	struct shmbox_field layout;
};

/* What is to become of a field. */
struct assignment {
	struct field field;
	enum shmbox_change_by by;
	uint64_t *numbers; /* for shmbox_update() */
	const char *text;  /* what is behind =, for a str */
};

/* What may be waited for. */
enum event { EVENT_EXISTS, EVENT_GONE, EVENT_ATTACHED, EVENT_CHANGED, EVENT_FIELD };

struct awaited {
	enum event event;
	bool whole;         /* CHANGED: no range was given */
	struct field field; /* FIELD; CHANGED: the range */
};

/* How two values are compared. */
enum comparison { IS_EQ, IS_NE, IS_LT, IS_LE, IS_GT, IS_GE, IS_SET, IS_CLEAR };

/* One value of the command line, parsed. Which member counts follows from the kind. */
union value {
	const char *
		text; /* TEXT, PATH, DIR, COLUMN, COLUMNS, FORMAT, VALUE, COMMAND, ARG; MODE: see args_mode */
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
