/* columns.h - the facts about a segment by name, for tables, JSON and formats */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "applet.h"

enum cell_kind {
	CELL_NUMBER,
	CELL_SIZE, /* bytes */
	CELL_TIME, /* seconds since the Epoch; 0: never */
	CELL_AGE,  /* seconds */
	CELL_KEY,  /* 0: none */
	CELL_BOOL,
	CELL_TEXT, /* "": none */
	CELL_LIST, /* text, joined by commas */
};

/* One fact about one segment. */
struct cell {
	enum cell_kind kind;
	bool unknown;
	uint64_t number;
	char text[TEXT_MAX];
};

/* What is the same for all segments of one listing. Set now, leave the rest zero. */
struct sight {
	int64_t now;
	bool bytes; /* sizes in bytes, not in K and M */
	bool named; /* name is that of uid: one look-up serves a run of segments */
	uint32_t uid;
	char name[TEXT_MAX];
	int64_t creator; /* whose command is known to be .. */
	int found;       /* .. as shmbox_process_name() said: 0 and .. */
	char command[16];
};

struct column;

enum { MAX_COLUMNS = 40 };

/* The columns that a checked list names, in its order. */
struct columns {
	int count;
	const struct column *rows[MAX_COLUMNS];
};

struct columns columns_named(const char *list);
struct columns columns_all(void);
/* Whether one of them is filled in by shmbox_memory(). */
bool columns_need_memory(const struct columns *columns);

struct cell column_cell(const struct column *column, const struct shmbox_info *info,
                        struct sight *sight);

/* Seconds since the segment was last used or changed; SHMBOX_UNKNOWN if a clock was set back. */
int64_t idle_seconds(const struct shmbox_info *info, int64_t now);

/* Sorts by the column that name says; "-name": descending; what is unknown comes last. */
int sort_by_column(struct shmbox_info *infos, int count, const char *name,
                   struct sight *sight);

/* A table with aligned columns; STATUS_OK, or a status for want of memory. */
int print_table(const struct columns *columns, const struct shmbox_info *infos, int count,
                bool headings, struct sight *sight);
/* {"version":1,"sharedmemory":[..]} */
void print_json(const struct columns *columns, const struct shmbox_info *infos, int count,
                struct sight *sight);
/* name: value, a line each. */
void print_facts(const struct columns *columns, const struct shmbox_info *info,
                 struct sight *sight);
/* A checked format and a newline. */
void print_format(const char *format, const struct shmbox_info *info,
                  struct sight *sight);

#endif
