/* fields.h - several fields of one segment: read, printed, and followed */
#ifndef FIELDS_H
#define FIELDS_H

#include "segment/field.h"

/* A field, and its values: as they are now, and as they were when last printed. */
struct view {
	struct field field;
	void *now;    /* NULL if they are many, and are read when they are printed */
	void *before; /* NULL unless changes are followed */
};

/* Zero-initialise, set the first part, fields_begin(). */
struct fields {
	const struct shmbox_map *map;
	int count;
	bool follow; /* they will be printed again */
	bool json;
	/* fields.c's own */
	struct view *views;
};

/* Makes room for count fields: false if there is no memory. fields_end() is due. */
bool fields_begin(struct fields *fields);
void fields_end(struct fields *fields);

/* Sets the field at index, and gives it a place; or says why it has none. Returns a status. */
int fields_set(struct fields *fields, int index, const char *word,
               const struct field *field, enum alignment alignment);

/* Reads them all: 0 or more, or -errno. */
int fields_read(struct fields *fields);
/* Prints what was read, and what is read only now: 0, or -errno. */
int fields_print(struct fields *fields);

/*
 * Waits until one of them differs from what was printed, and reads them: returns 1, or what
 * shmbox_wait() returned.
 */
int fields_wait(struct fields *fields, uint64_t timeout);

#endif
