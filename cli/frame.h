/* frame.h - what the files of the frame share with each other and not with applets */
#ifndef FRAME_H
#define FRAME_H

#include "applet.h"

/* ---- main.c ---- */

/* All applets by name, shmbox itself not among them; a NULL ends them. */
extern const struct applet *const applets[];
extern const struct applet applet_shmbox;

const struct applet *find_applet(const char *name);

enum { PATH_ROOM = 4096 };

/* Where a shell finds name, in path; false if it is nowhere on the PATH. */
bool search_path(const char *name, char path[PATH_ROOM]);

/* ---- diag.c ---- */

/* Whose name stands before every message. */
void diag_name(const char *name);

/*
 * Like note(), on a terminal: over what was drawn last, and the next one over this, unless
 * it stays.
 */
__attribute__((format(printf, 3, 4))) void draw(const char *object, bool stays,
                                                const char *format, ...);

/* Ends the program, after a check that stdout took everything. The only way out. */
_Noreturn void finish(int status);

/* ---- output.c ---- */

/* Makes output ready: called before anything is printed. */
void output_begin(void);
/* 0, or -errno if not all that was printed could be written. */
int output_flush(void);
/* What could not be written is not tried again. */
void output_forget(void);

/* ---- io.c ---- */

/* All of it, or -errno. */
int write_all(int fd, const char *bytes, size_t length);
/* How many bytes came, 0 at the end, or -errno: -EINTR after a signal. */
ssize_t read_some(int fd, char *buffer, size_t length);

/* ---- shape.c ---- */

enum { OPERAND_KINDS = 4 };

/* What the synopsis string of the operands says. */
struct shape {
	enum kind kinds[OPERAND_KINDS];
	int count;
	int required;
	bool repeats; /* the last one */
	bool command; /* options end at the first operand */
};

struct shape args_shape(const struct applet *applet);

/* ---- args.c ---- */

struct problem;

/* The options that every applet has, counted on after its own. */
extern const struct opt common_options[];

/*
 * Parses and checks argv. Returns STATUS_OK, a status for what is wrong with it, or -1
 * if --help or --version was asked for and given. args_free() is needed in any case.
 */
int args_parse(struct args *args, const struct applet *applet, int argc, char **argv);
void args_free(struct args *args);
/* Says what is wrong with this word; returns a status. */
int bad_value(const char *text, const struct problem *problem);

/* ---- kinds.c ---- */

enum { REASON_MAX = 512 };

/* What is wrong with a value, and perhaps what to write instead. */
struct problem {
	char reason[REASON_MAX];
	char hint[REASON_MAX];
	int status; /* if it is none of the value, but of this machine; else 0 */
};

/* Fills in the reason; always false, for the parsers to return. */
__attribute__((format(printf, 2, 3))) bool wrong(struct problem *problem,
                                                 const char *format, ...);

/* The same where there is no memory to hold the value. */
bool no_memory(struct problem *problem);

/* The word for a kind in synopsis and help: SIZE, SEGMENT, .. */
const char *kind_word(enum kind kind);
const char *kind_notation(enum kind kind); /* or NULL */
/* The kind that has this word of length bytes. */
enum kind kind_of(const char *word, size_t length);
bool kind_parse(enum kind kind, const char *text, union value *value,
                struct problem *problem);
/* Frees what kind_parse() allocated. */
void kind_free(enum kind kind, union value *value);

/* ---- numbers.c ---- */

bool parse_size(const char *text, union value *value, struct problem *problem);
bool parse_offset(const char *text, union value *value, struct problem *problem);
bool parse_duration(const char *text, union value *value, struct problem *problem);
bool parse_number(const char *text, union value *value, struct problem *problem);
bool parse_id(const char *text, union value *value, struct problem *problem);
bool parse_pid(const char *text, union value *value, struct problem *problem);

/* The number up to *end, in base 8, 10 or 16. False if there is none; *big: it does not fit. */
bool digits(const char *text, unsigned base, const char **end, uint64_t *number,
            bool *big);
/* Whether text starts with 0x; then it is moved behind that. */
bool skip_hex(const char **text);

/* ---- refs.c ---- */

bool parse_segment(const char *text, union value *value, struct problem *problem);
bool parse_holdable(const char *text, union value *value, struct problem *problem);
bool parse_key(const char *text, union value *value, struct problem *problem);
bool parse_new_key(const char *text, union value *value, struct problem *problem);
bool parse_proj(const char *text, union value *value, struct problem *problem);

/* The key in *out: 0, or what shmbox_key() returned. */
int key_resolve(const struct key *key, key_t *out);

/* ---- fields.c ---- */

bool parse_field(const char *text, union value *value, struct problem *problem);
bool parse_assignment(const char *text, union value *value, struct problem *problem);
bool parse_what(const char *text, union value *value, struct problem *problem);
bool parse_op(const char *text, union value *value, struct problem *problem);

/* One value of a field. mask: it is not a number but bits. */
bool parse_element(const char *text, const struct shmbox_field *layout, bool mask,
                   uint64_t *number, struct problem *problem);

/* ---- floats.c ---- */

/* The bits of the number in 4 or 8 bytes that is nearest to text. */
bool parse_float(const char *text, unsigned width, uint64_t *bits,
                 struct problem *problem);
/* The shortest text that is read as these bits again, in out, which has TEXT_MAX bytes. */
char *text_float(char *out, uint64_t bits, unsigned width);

/* ---- rights.c ---- */

bool parse_mode(const char *text, union value *value, struct problem *problem);
bool parse_owner(const char *text, union value *value, struct problem *problem);

/* Applies MODE to old. */
bool mode_apply(const char *text, mode_t old, mode_t *mode);

/* ---- column_values.c, columns.c ---- */

bool parse_column(const char *text, union value *value, struct problem *problem);
bool parse_columns(const char *text, union value *value, struct problem *problem);
bool parse_format(const char *text, union value *value, struct problem *problem);
/* "column NAME HELP" lines for --describe. */
void columns_describe(void);

/* ---- help.c ---- */

void help_usage(FILE *to, const struct applet *applet);
void help_print(const struct applet *applet);
void help_version(void);
void help_describe(void);

/* ---- install.c ---- */

/* Makes links to this binary in directory (NULL: beside it). Returns a status. */
int install_links(const char *directory, bool symbolic, bool force);

#endif
