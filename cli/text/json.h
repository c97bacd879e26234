/* SPDX-License-Identifier: MIT */
/* json.h - a JSON writer: one call for each value, which adds the commas */
#ifndef JSON_H
#define JSON_H

#include <shmbox/shmbox.h>

#include "text/line.h"

/*
 * One document. Zero-initialise it. Print nothing else before json_end(): the document is
 * still in the buffer of line.
 */
struct json {
	bool more; /* the next value needs a comma */
	struct line line;
};

void json_open(struct json *json, const char *name,
               char bracket); /* bracket is '{' or '['; name is NULL in arrays */
void json_close(struct json *json, char bracket); /* bracket is '}' or ']' */
void json_text(struct json *json, const char *name, const char *text);
/* A text of this length that consists of letters, digits and _; needs no NUL. */
void json_word(struct json *json, const char *name, const char *word, size_t length);
void json_plain(struct json *json, const char *name,
                const char *value); /* a value that is valid JSON already */
void json_number(struct json *json, const char *name, int64_t number);
void json_count(struct json *json, const char *name, uint64_t number);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);
/* Begin and end a document: {"version":1, and } with a newline. */
void json_begin(struct json *json);
void json_end(struct json *json);

#endif
