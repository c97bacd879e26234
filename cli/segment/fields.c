/* SPDX-License-Identifier: MIT */
/* fields.c - several fields of one segment: read, printed, and followed */

#include <stdio.h>
#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/fields.h"
#include "segment/word.h"
#include "text/io.h"
#include "text/text.h"

bool fields_begin(struct fields *fields)
{
	fields->views = calloc((size_t)fields->count, sizeof(*fields->views));
	return fields->views != NULL;
}

void fields_end(struct fields *fields)
{
	for (int i = fields->count - 1; fields->views && i >= 0; i--) {
		free(fields->views[i].before);
		free(fields->views[i].now);
	}
	free(fields->views);
}

int fields_set(struct fields *fields, int index, const char *word,
               const struct field *field, enum alignment alignment)
{
	struct view *view = &fields->views[index];
	int status;

	view->field = *field;
	status = field_place(word, &view->field, fields->map, alignment);
	if (status != STATUS_OK)
		return status;
	if (!fields->follow && field_is_large(&view->field))
		return STATUS_OK;
	view->now = field_room(&view->field);
	view->before = fields->follow ? field_room(&view->field) : NULL;
	if (!view->now || (fields->follow && !view->before))
		return fail(STATUS_LIMIT, word, "no memory");
	return STATUS_OK;
}

/*
 * Returns 1 if a field differs from what was printed last, 0 if no field does, or a
 * negated errno.
 */
static int read_all(void *data)
{
	const struct fields *fields = data;
	bool differs = false;

	for (int i = 0; i < fields->count; i++) {
		const struct view *view = &fields->views[i];
		int rc = view->now ? field_get(fields->map, &view->field, view->now) : 0;

		if (rc < 0)
			return rc;
		if (fields->follow)
			differs |= field_differs(&view->field, view->now, view->before);
	}
	return differs;
}

static int read_for_reader(void *data)
{
	int rc = read_all(data);

	return rc == 0 ? output_reader() : rc;
}

int fields_read(struct fields *fields)
{
	return read_all(fields);
}

static int print_json(const struct fields *fields)
{
	struct json json = { 0 };
	char now[TEXT_MAX];
	int rc = 0;

	json_begin(&json);
	if (fields->stamp)
		json_text(&json, "time", text_now(now));
	json_open(&json, "values", '[');
	for (int i = 0; rc == 0 && i < fields->count; i++)
		rc = field_show_json(&json, fields->map, &fields->views[i].field,
		                     fields->views[i].now);
	json_close(&json, ']');
	json_end(&json);
	return rc;
}

/* Prints each field on a line; with follow, all fields on one line. */
static int print_text(const struct fields *fields)
{
	char now[TEXT_MAX];
	int rc = 0;

	if (fields->stamp)
		fprintf(output, "%s\t", text_now(now));
	for (int i = 0; rc == 0 && i < fields->count; i++) {
		const struct view *view = &fields->views[i];
		bool last = i == fields->count - 1;

		rc = field_show(fields->map, &view->field, view->now);
		putc(fields->follow && !last ? '\t' : '\n', output);
	}
	return rc;
}

/* The next values are compared with those just printed. */
static void exchange(struct view *view)
{
	void *now = view->now;

	view->now = view->before;
	view->before = now;
}

int fields_print(struct fields *fields)
{
	int rc = fields->json ? print_json(fields) : print_text(fields);

	for (int i = 0; rc == 0 && fields->follow && i < fields->count; i++)
		exchange(&fields->views[i]);
	return rc;
}

int fields_wait(struct fields *fields, uint64_t timeout)
{
	const struct shmbox_watch watch = {
		.look = read_for_reader,
		.data = fields,
		.timeout = timeout,
		.map = fields->map,
		.wakeable = true,
		.word = word_of(fields->views[0].field.layout.offset),
	};

	return shmbox_wait(&watch);
}
