/* SPDX-License-Identifier: MIT */
/* json.c - a JSON writer */

#include <stdint.h>
#include <stdio.h>

#include "text/json.h"
#include "text/text.h"

enum { JSON_VERSION = 1 };

/* The length of the part of text that needs no escape. */
static size_t plain_length(const char *text)
{
	const char *at = text;

	while (*at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\')
		at++;
	return (size_t)(at - text);
}

/*
 * The C1 control (U+0080 to U+009F) or direction control at text, or 0 if it is neither.
 */
static unsigned control_character(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;

	if ((byte[0] == 0xc2 || byte[0] == 0xd8) && (byte[1] & 0xc0) == 0x80)
		return (byte[0] & 0x1fU) << 6 | (byte[1] & 0x3fU);
	if (byte[0] == 0xe2 && (byte[1] & 0xc0) == 0x80 && (byte[2] & 0xc0) == 0x80)
		return 0x2000U | (byte[1] & 0x3fU) << 6 | (byte[2] & 0x3fU);
	return 0;
}

/* Writes the character at text, which is not plain. Returns the address after it. */
static const char *quote_one(struct line *line, const char *text)
{
	size_t length = text_length(text);
	unsigned char byte = (unsigned char)*text;
	char escaped[8];

	if (byte == '"' || byte == '\\')
		line_byte(line, '\\');
	if (!length && byte < 0x80) {
		snprintf(escaped, sizeof(escaped), "\\u%04x", byte);
		line_text(line, escaped);
	} else if (!length && control_character(text)) {
		snprintf(escaped, sizeof(escaped), "\\u%04x", control_character(text));
		line_text(line, escaped);
		return text + (byte < 0xe0 ? 2 : 3);
	} else if (!length) {
		line_text(line, "\\ufffd");
	}
	line_put(line, text, length);
	return text + (length ? length : 1);
}

static void quote(struct line *line, const char *text)
{
	line_byte(line, '"');
	for (;;) {
		size_t length = plain_length(text);

		line_put(line, text, length);
		text += length;
		if (!*text)
			break;
		text = quote_one(line, text);
	}
	line_byte(line, '"');
}

/* Names need no escapes: they are constants, or valid as names of shell variables. */
static struct line *name_next(struct json *json, const char *name)
{
	struct line *line = &json->line;

	if (json->more)
		line_byte(line, ',');
	json->more = true;
	if (name) {
		line_byte(line, '"');
		line_text(line, name);
		line_text(line, "\":");
	}
	return line;
}

void json_open(struct json *json, const char *name, char bracket)
{
	line_byte(name_next(json, name), bracket);
	json->more = false;
}

void json_close(struct json *json, char bracket)
{
	line_byte(&json->line, bracket);
	json->more = true;
}

void json_text(struct json *json, const char *name, const char *text)
{
	quote(name_next(json, name), text);
}

void json_word(struct json *json, const char *name, const char *word, size_t length)
{
	struct line *line = name_next(json, name);

	line_byte(line, '"');
	line_put(line, word, length);
	line_byte(line, '"');
}

void json_plain(struct json *json, const char *name, const char *value)
{
	line_text(name_next(json, name), value);
}

void json_number(struct json *json, const char *name, int64_t number)
{
	struct line *line = name_next(json, name);

	if (number < 0)
		line_byte(line, '-');
	line_number(line, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void json_count(struct json *json, const char *name, uint64_t number)
{
	line_number(name_next(json, name), number);
}

void json_bool(struct json *json, const char *name, bool value)
{
	json_plain(json, name, value ? "true" : "false");
}

void json_null(struct json *json, const char *name)
{
	json_plain(json, name, "null");
}

void json_begin(struct json *json)
{
	json_open(json, NULL, '{');
	json_number(json, "version", JSON_VERSION);
}

void json_end(struct json *json)
{
	json_close(json, '}');
	line_byte(&json->line, '\n');
	line_end(&json->line);
}
