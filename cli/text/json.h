/* json.h - an object or array a call; commas are its business */
#ifndef JSON_H
#define JSON_H

#include <shmbox/shmbox.h>

#include "text/line.h"

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
