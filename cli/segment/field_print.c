/* SPDX-License-Identifier: MIT */
/* field_print.c - print the values of fields, all at once or while they are read */

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "parse/parsers.h"
#include "segment/field.h"
#include "text/io.h"
#include "text/text.h"

/* Maximum number of values that are kept, and number of values read at a time. */
enum { MANY = 65536, PIECE = 512 };

char *field_text(char *out, const struct field *field, uint64_t number)
{
	if (field->layout.kind == SHMBOX_FLOAT)
		text_float(out, number, field->layout.width);
	else if (field->layout.kind == SHMBOX_SIGNED)
		snprintf(out, TEXT_MAX, "%lld", (long long)number);
	else
		snprintf(out, TEXT_MAX, "%llu", (unsigned long long)number);
	return out;
}

static void print_number(const struct field *field, uint64_t number)
{
	char text[TEXT_MAX];

	fputs(field_text(text, field, number), output);
}

/* Prints the text as one word of shell syntax. */
static void print_quoted(const char *text)
{
	const char *at = text;

	while (isalnum((unsigned char)*at) || (*at && strchr("+-_./:,@%", *at)))
		at++;
	if (at > text && !*at) {
		fputs(text, output);
		return;
	}
	putc('\'', output);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", output);
		putc(*text, output);
	}
	putc('\'', output);
}

bool field_is_large(const struct field *field)
{
	return field->layout.count > MANY;
}

/* A number that is not finite becomes a string: JSON has no notation for it. */
static void json_value(struct json *json, const char *name, const struct field *field,
                       uint64_t number)
{
	char text[TEXT_MAX];

	if (field->layout.kind == SHMBOX_UNSIGNED)
		json_count(json, name, number);
	else if (field->layout.kind == SHMBOX_SIGNED)
		json_number(json, name, (int64_t)number);
	else if (strpbrk(text_float(text, number, field->layout.width), "fn"))
		json_text(json, name, text);
	else
		json_plain(json, name, text);
}

/* The output of numbers: JSON, or a line. */
struct sink {
	const struct field *field;
	struct json *json; /* NULL: a line */
	const char *name;
	bool more;
};

static void print_numbers(struct sink *sink, const uint64_t *numbers, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		if (sink->json) {
			json_value(sink->json, sink->name, sink->field, numbers[i]);
			continue;
		}
		if (sink->more)
			putc(' ', output);
		sink->more = true;
		print_number(sink->field, numbers[i]);
	}
}

/* Ends early if a write fails: the flush reports the failure. */
static int print_all(struct sink *sink, const struct shmbox_map *map, const void *values)
{
	struct field piece = *sink->field;
	uint64_t left = piece.layout.count;
	uint64_t numbers[PIECE];
	int rc = 0;

	if (values) {
		print_numbers(sink, values, left);
		return 0;
	}
	assert(map); /* there are no values without it */
	while (rc == 0 && left > 0 && !output_failed()) {
		piece.layout.count = left < PIECE ? left : PIECE;
		rc = shmbox_field_load(map, &piece.layout, numbers);
		if (rc == 0)
			print_numbers(sink, numbers, piece.layout.count);
		left -= piece.layout.count;
		piece.layout.offset += piece.layout.count * piece.layout.width;
	}
	return rc;
}

/*
 * Reads a text that is too long to be kept, up to its NUL. The caller frees *out. Returns
 * 0 or a negated errno.
 */
static int read_text(const struct shmbox_map *map, const struct field *field, char **out)
{
	const struct shmbox_field *layout = &field->layout;
	uint64_t used = 0;
	size_t length = MANY;

	assert(map);
	*out = NULL;
	while (length == MANY && used < layout->count) {
		char *text = realloc(*out, (size_t)used + MANY + 1);
		int64_t got;

		if (!text)
			return -ENOMEM;
		*out = text;
		text += used;
		got = shmbox_read(map, layout->offset + used, text,
		                  layout->count - used < MANY
		                          ? (size_t)(layout->count - used)
		                          : MANY);
		if (got < 0)
			return (int)got;
		text[got] = '\0';
		length = strlen(text);
		used += length;
	}
	return 0;
}

static int print_text(const struct shmbox_map *map, const struct field *field,
                      struct json *json, const char *values)
{
	char *text = NULL;
	int rc = values ? 0 : read_text(map, field, &text);
	const char *shown = values ? values : text;

	if (rc == 0 && shown && json)
		json_text(json, "value", shown);
	else if (rc == 0 && shown && field->label)
		print_quoted(shown);
	else if (rc == 0 && shown)
		fputs(shown, output);
	free(text);
	return rc;
}

int field_show(const struct shmbox_map *map, const struct field *field,
               const void *values)
{
	struct sink sink = { .field = field };
	bool quote = field->label && field->layout.count > 1 && !field->text;
	int rc;

	if (field->label)
		fprintf(output, "%.*s=", field->label_length, field->label);
	if (field->text)
		return print_text(map, field, NULL, values);
	if (quote)
		putc('\'', output);
	rc = print_all(&sink, map, values);
	if (quote)
		putc('\'', output);
	return rc;
}

int field_show_json(struct json *json, const struct shmbox_map *map,
                    const struct field *field, const void *values)
{
	struct sink sink = {
		.field = field,
		.json = json,
		.name = field->list ? NULL : "value",
	};
	int rc;

	json_open(json, NULL, '{');
	if (field->label)
		json_word(json, "name", field->label, (size_t)field->label_length);
	else
		json_null(json, "name");
	json_word(json, "type", field->type, (size_t)field->type_length);
	json_count(json, "offset", field->layout.offset);
	if (field->text) {
		rc = print_text(map, field, json, values);
	} else {
		if (field->list)
			json_open(json, "value", '[');
		rc = print_all(&sink, map, values);
		if (field->list)
			json_close(json, ']');
	}
	json_close(json, '}');
	return rc;
}

void field_print(const struct field *field, const void *values)
{
	field_show(NULL, field, values);
}
