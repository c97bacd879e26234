/*
 * applet.h - what an applet is, and what every applet may use
 *
 * An applet is one file: options, run(), and a descriptor at its end. The frame parses
 * and checks the whole command line before it calls run(), so run() gets values, never
 * text to be parsed; it returns the exit status and says what went wrong through the
 * few functions below. Everything about segments is in <shmbox/shmbox.h>. What some
 * applets share has a header of its own: columns.h, command.h, field.h, hex.h, input.h,
 * task.h, unborn.h.
 */
#ifndef APPLET_H
#define APPLET_H

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/capability.h>
#include <shmbox/shmbox.h>

#include "line.h"

/* Segments are the core's business: an applet that calls these does not compile. */
#pragma GCC poison shmget shmat shmdt shmctl

/* The exit statuses, the same in every applet; shmbox(1) has the words for them. */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_MISSING = 3,
	STATUS_DENIED = 4,
	STATUS_EXISTS = 5,
	STATUS_LIMIT = 6,
	STATUS_REFUSED = 7,
	STATUS_TIMEOUT = 124,
	STATUS_BEFORE_COMMAND = 125,
	STATUS_CANNOT_RUN = 126,
	STATUS_NOT_FOUND = 127,
};

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

struct opt {
	char letter; /* 'f' for -f; 0 for a guard and for what must not be typed by accident */
	const char *name; /* "force" for --force */
	enum kind kind;
	const char *help; /* one line, no capital, no full stop */
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

/* Who an owner is to become; either part may be left as it is. */
struct owner {
	bool has_user;
	bool has_group;
	uid_t user;
	gid_t group;
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

/* ---- diag.c: the only writes to stderr ---- */

/* Says "applet: object: reason" and returns status. object NULL: "applet: reason". */
__attribute__((format(printf, 3, 4))) int fail(int status, const char *object,
                                               const char *format, ...);
/* The same without a status: what is worth saying, but is no failure. */
__attribute__((format(printf, 2, 3))) void note(const char *object, const char *format,
                                                ...);
/* Adds a line: what to do about the failure just told. */
__attribute__((format(printf, 1, 2))) void hint(const char *format, ...);
/* fail(STATUS_USAGE) with a hint at --help. */
__attribute__((format(printf, 2, 3))) int misuse(const char *object, const char *format,
                                                 ...);

/*
 * Says why op failed with rc on the object as the user typed it, in the words of errors.c,
 * and returns the exit status. spec as for shmbox_explain(): what was asked for, or NULL.
 */
int failed(enum shmbox_op op, int rc, const char *object, const struct shmbox_spec *spec);
/* The same for an operation on the segment with this id. */
int failed_on(enum shmbox_op op, int rc, const char *object, int id);
/* The same for an attach of it that was only to read. */
int failed_to_read(int rc, const char *object, int id);
/* Says what a file or another descriptor did: rc is a negated errno. */
int failed_io(const char *object, int rc);
/* The words for that, in out, which has room for TEXT_MAX bytes. */
const char *io_words(char *out, int rc);

/* The exit status after several operands: what all failures agree on, or STATUS_FAILED. */
int status_join(int before, int now);

/* Standard output, which waits where its descriptor would block: print here, not to stdout. */
extern FILE *output;
/* Whether not all that was printed could be written. */
bool output_failed(void);
/* Sends on what was printed so far. False, and said, if stdout does not take it. */
bool flush_output(void);
/*
 * The same for an id, which must not be lost: also asks the file system, which may tell only
 * when a descriptor is closed.
 */
bool deliver_output(void);
/* The same where nothing is printed after it: then no later call can fail. */
bool close_output(void);

/* ---- operand.c: what most applets do with an operand ---- */

/* The operand's id; or says why there is none, stores the exit status and returns -1. */
int operand_id(const struct args *args, int index, int *status);
/* The same, but a segment that does not exist is neither told nor a failure. */
int operand_id_if_any(const struct args *args, int index, int *status);

/* The name it stands for: 0, or what shmbox_key() returned. */
int operand_ref(const struct args *args, int index, struct shmbox_ref *ref);

/* With a status: no further operand makes sense, since the output is not taken. */
enum { STOP = 256 };

/* Calls each for every operand that stands for a segment; returns the status of all. */
int each_operand(const struct args *args,
                 int (*each)(const struct args *args, const char *word, int id));

/*
 * What the kernel says of every operand that is there, in *infos, for the caller to free;
 * *count of them. Returns the status of all.
 */
int stat_operands(const struct args *args, struct shmbox_info **infos, int *count);
/* The same with an info for each operand, whose id is -1 if there is no such segment. */
int stat_each_operand(const struct args *args, struct shmbox_info **infos);

/* The holders of all segments, from a look that serves for several. Zero-initialise. */
struct holder_list {
	struct shmbox_holder *holders;
	int count;
	bool looked;
	int64_t at; /* seconds of CLOCK_MONOTONIC */
};

void holder_list_end(struct holder_list *list);

enum { HELD_MAX = 320 };

/*
 * "held by 812 postgres, 815 postgres, .."; where not every attach can be seen "still attached
 * 5 times (812 postgres, ..)". We are not among them: info->attached must not count us.
 */
char *text_held(char out[HELD_MAX], const struct shmbox_info *info,
                struct holder_list *list);

/* Says that it is still attached, how many times and by whom; returns STATUS_REFUSED. */
int refuse_held(const char *object, const struct shmbox_info *info,
                struct holder_list *list);

/* Says that removal only marked the segment, and who holds it still. */
void note_marked(const char *object, int id, int attached, struct holder_list *list);

/* Removes a segment that we made and cannot hand on; or says that it stays, and its id. */
void remove_made(const char *object, int id);

/* The bytes from offset (negative: from the end) on. */
struct range {
	uint64_t offset;
	uint64_t length;
};

/*
 * Puts the range that was asked for into *range, length NULL: to the end; else says why
 * and returns a status.
 */
int resolve_range(const char *object, uint64_t size, int64_t offset,
                  const uint64_t *length, struct range *range);

/* ---- text.c: how things are written ---- */

enum { TEXT_MAX = 64 };

/*
 * Bytes of the character at text: 1 to 4, or 0 if it is none that may be shown, which are
 * control characters, those of direction too, and what is not UTF-8.
 */
size_t text_length(const char *text);

/*
 * So many bytes of text in out, which has room for size, with a NUL. What does not fit is cut
 * between two characters, and ends in "..". Returns how many bytes out has then.
 */
size_t text_cut(char *out, size_t size, const char *text, size_t length);
/* The same for what vprintf(3) would print. */
__attribute__((format(printf, 3, 0))) size_t text_print(char *out, size_t size,
                                                        const char *format, va_list list);

/* The columns of a terminal that length bytes of text take: 0 to 2 for a character. */
size_t text_width(const char *text, size_t length);

/* Every byte of a text may become \x1b. */
enum { ESCAPED_MAX = 4 * TEXT_MAX };

/*
 * A text of less than TEXT_MAX bytes that splits no cell and does not talk to the terminal: such
 * bytes are written as \xNN, and so are blanks, unless these may stay inside of it. out has
 * room for ESCAPED_MAX.
 */
char *text_escaped(char *out, const char *text, bool blanks);

/* Each writes into out, which has room for TEXT_MAX bytes, and returns it. */
char *text_size(char *out, uint64_t bytes); /* 64K 1.2M 41M, powers of 1024 */
char *text_mode(char *out, mode_t mode);    /* rw-r----- */
char *text_age(char *out, int64_t seconds); /* 5s 3m 2h 9d */
char *text_user(char *out, uid_t uid);      /* name, or number */
char *text_group(char *out, gid_t gid);

/* The digits alone, at most NUMBER_MAX; returns what is behind them. */
enum { NUMBER_MAX = 20 };
char *put_number(char *out, uint64_t number);

/* ---- json.c: an object or array a call; commas are its business ---- */

/*
 * Zero-initialise; stays the same for one document. Until json_end() nothing else may be
 * printed: what is here need not be there yet.
 */
struct json {
	bool more; /* something stands before the next value */
	struct line line;
};

void json_open(struct json *json, const char *name,
               char bracket);                     /* '{' or '['; name NULL in arrays */
void json_close(struct json *json, char bracket); /* '}' or ']' */
void json_text(struct json *json, const char *name, const char *text);
/* So many letters, digits and _, which need not end there. */
void json_word(struct json *json, const char *name, const char *word, size_t length);
void json_plain(struct json *json, const char *name,
                const char *value); /* that is JSON as it is */
void json_number(struct json *json, const char *name, int64_t number);
void json_count(struct json *json, const char *name, uint64_t number);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);
/* {"version":1, and at the end } and a newline: what every document has in common. */
void json_begin(struct json *json);
void json_end(struct json *json);

#endif
