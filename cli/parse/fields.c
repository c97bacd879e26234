/* SPDX-License-Identifier: MIT */
/* fields.c - parse FIELD, ASSIGNMENT and the values of fields */

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "parse/parsers.h"
#include "text/number.h"

enum { PART = 128 };

static const char types_hint[] = "use str, or u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 with "
				 "suffix le or be for the byte order";

/* Like wrong(), with a hint. */
static bool wrong_with_hint(struct problem *problem, const char *reason,
                            const char *instead)
{
	snprintf(problem->hint, sizeof(problem->hint), "%s", instead);
	return wrong(problem, "%s", reason);
}

/* Copies a part of a word, to parse it as a word. Returns false if it is too long. */
static bool copy_part(char part[PART], const char *from, const char *to,
                      struct problem *problem)
{
	*part = '\0';
	if (to - from >= PART)
		return wrong(problem, "the number is too long");
	snprintf(part, PART, "%.*s", (int)(to - from), from);
	return true;
}

/* Parses "u16be": a letter, the number of bits, and optionally a byte order. */
static bool parse_type(const char *type, struct field *field)
{
	enum { BIG_ENDIAN_HERE = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	static const char letters[] = "uif";
	struct shmbox_field *layout = &field->layout;
	const char *letter = *type ? strchr(letters, *type) : NULL;
	const char *order;
	uint64_t bits;
	bool big;

	layout->width = 1;
	field->text = strcmp(type, "str") == 0;
	if (field->text)
		return true;
	if (!letter || type[1] == '0' || !digits(type + 1, 10, &order, &bits, &big))
		return false;
	layout->kind = (enum shmbox_kind)(letter - letters);
	layout->width = (unsigned)bits / 8;
	layout->swapped = *order && (*order == 'b') != BIG_ENDIAN_HERE;
	return (bits == 8 || bits == 16 || bits == 32 || bits == 64) &&
	       (*letter != 'f' || bits >= 32) &&
	       (!*order || strcmp(order, "le") == 0 || strcmp(order, "be") == 0);
}

/* Parses OFFSET[:COUNT], up to end. */
bool parse_place(const char *text, const char *end, struct field *field,
                 struct problem *problem)
{
	const char *colon = memchr(text, ':', (size_t)(end - text));
	char part[PART];
	union value value;

	if (!copy_part(part, text, colon ? colon : end, problem) ||
	    !parse_offset(part, &value, problem))
		return false;
	field->offset = value.offset;
	field->layout.count = 1;
	field->list = colon;
	if (!colon)
		return true;
	if (colon + 1 == end)
		return wrong(problem, "COUNT is missing after the colon");
	if (memchr(colon + 1, ':', (size_t)(end - colon - 1)))
		return wrong(problem, "there is more than one COUNT");
	if (!copy_part(part, colon + 1, end, problem) ||
	    !parse_size(part, &value, problem))
		return false;
	field->layout.count = value.size;
	return value.size > 0 || wrong(problem, "COUNT must be at least 1");
}

/* Parses a FIELD without a label, up to end. */
static bool parse_plain(const char *text, const char *end, struct field *field,
                        struct problem *problem)
{
	const char *at = memchr(text, '@', (size_t)(end - text));
	char type[PART];

	if (!at)
		return wrong_with_hint(
			problem, "not a field: expected TYPE@OFFSET[:COUNT]", types_hint);
	field->type = text;
	field->type_length = (int)(at - text);
	if (!copy_part(type, text, at, problem) || !parse_type(type, field))
		return wrong_with_hint(problem, "no such type of field", types_hint);
	if (!parse_place(at + 1, end, field, problem))
		return false;
	return !field->text || field->list ||
	       wrong(problem, "str requires a length: str@OFFSET:LENGTH");
}

bool parse_field(const char *text, union value *value, struct problem *problem)
{
	static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
				   "0123456789";
	struct field *field = &value->field;
	size_t label = strspn(text, name);

	*field = (struct field){ 0 };
	if (strchr(text, '=')) {
		if (label == 0 || text[label] != '=' || (*text >= '0' && *text <= '9'))
			return wrong_with_hint(
				problem, "the name before = is not a shell variable",
				"use shmpoke to set values");
		field->label = text;
		field->label_length = (int)label;
		text += label + 1;
	}
	return parse_plain(text, text + strlen(text), field, problem);
}

/* ---- values ---- */

static bool parse_integer(const char *text, const struct shmbox_field *layout, bool mask,
                          uint64_t *number, struct problem *problem)
{
	bool is_signed = layout->kind == SHMBOX_SIGNED;
	uint64_t most = UINT64_MAX >> (64 - 8 * layout->width);
	uint64_t half = most / 2 + 1;
	bool negative = *text == '-';
	const char *end;
	unsigned base;
	bool big;

	text += negative;
	base = skip_hex(&text) ? 16 : 10;
	if (!digits(text, base, &end, number, &big) || *end)
		return wrong(problem, "not a number");
	/* as a mask, i8 255 is equal to i8 -1 */
	if (is_signed && !mask)
		most = half - 1;
	if (big || *number > (!negative ? most : is_signed ? half : 0))
		return wrong(problem, "out of range: %c%u is %s%llu to %llu",
		             is_signed ? 'i' : 'u', 8 * layout->width,
		             is_signed ? "-" : "",
		             (unsigned long long)(is_signed ? half : 0),
		             (unsigned long long)most);
	if (negative)
		*number = -*number;
	return true;
}

bool parse_element(const char *text, const struct shmbox_field *layout, bool mask,
                   uint64_t *number, struct problem *problem)
{
	if (layout->kind == SHMBOX_FLOAT)
		return parse_float(text, layout->width, number, problem);
	return parse_integer(text, layout, mask, number, problem);
}

static size_t list_length(const char *text)
{
	size_t commas = 0;

	for (; *text; text++)
		commas += *text == ',';
	return commas + 1;
}

/* Adds to a reason which value of a list is wrong, and what else could change the field so. */
static bool wrong_value(const struct assignment *assignment, size_t index,
                        const char *part, struct problem *problem)
{
	bool adds = assignment->by == SHMBOX_ADD;
	char reason[REASON_MAX];

	if (*part == '-' && (adds || assignment->by == SHMBOX_SUBTRACT))
		snprintf(problem->hint, sizeof(problem->hint), "use %s with %.400s",
		         adds ? "-=" : "+=", part + 1);
	if (assignment->field.layout.count == 1)
		return false;
	snprintf(reason, sizeof(reason), "%s", problem->reason);
	return wrong(problem, "value %zu: %.400s", index + 1, reason);
}

static bool parse_list(const char *text, struct assignment *assignment,
                       struct problem *problem)
{
	const struct shmbox_field *layout = &assignment->field.layout;
	size_t length = list_length(text);

	if (length == 2 && layout->count == 1 && layout->kind == SHMBOX_FLOAT)
		snprintf(problem->hint, sizeof(problem->hint),
		         "write a point before decimals, no comma");
	if (length != layout->count)
		return wrong(problem, "%zu %s for %llu", length,
		             length == 1 ? "value" : "values",
		             (unsigned long long)layout->count);
	assert(length > 0);
	assignment->numbers = calloc(length, sizeof(*assignment->numbers));
	if (!assignment->numbers)
		return no_memory(problem);
	for (size_t i = 0; i < length; i++) {
		const char *end = text + strcspn(text, ",");
		/* room for the 800 significant digits that floats.c accepts, and zeros */
		char part[1024];

		if (end - text >= (ptrdiff_t)sizeof(part))
			return wrong(problem, "the number is too long");
		snprintf(part, sizeof(part), "%.*s", (int)(end - text), text);
		if (!parse_element(part, layout, assignment->by > SHMBOX_SUBTRACT,
		                   &assignment->numbers[i], problem))
			return wrong_value(assignment, i, part, problem);
		text = end + 1;
	}
	return true;
}

/* Removes the operator from the end of "FIELD+" or "FIELD.or". Returns the field's end. */
static const char *parse_by(const char *text, const char *end,
                            struct assignment *assignment)
{
	static const struct {
		char word[5];
		enum shmbox_change_by by;
	} rows[] = {
		{ "+", SHMBOX_ADD },    { "-", SHMBOX_SUBTRACT }, { ".or", SHMBOX_OR },
		{ ".and", SHMBOX_AND }, { ".xor", SHMBOX_XOR },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ptrdiff_t length = (ptrdiff_t)strlen(rows[i].word);

		if (end - text > length &&
		    memcmp(end - length, rows[i].word, (size_t)length) == 0) {
			assignment->by = rows[i].by;
			return end - length;
		}
	}
	return end;
}

/*
 * Gives a better reason why the part of an assignment before equals is no field. Returns
 * false.
 */
static bool wrong_target(const char *text, const char *equals, struct problem *problem)
{
	const char *at = strchr(text, '@');

	if (at && at > equals && strchr(at, '='))
		return wrong(problem, "an assignment takes no label");
	if (at && at < equals &&
	    (memchr(at, '.', (size_t)(equals - at)) || strchr("|&^*/%", equals[-1])))
		return wrong_with_hint(problem, "no such operator",
		                       "use = += -= .or= .and= or .xor=");
	return false;
}

bool parse_assignment(const char *text, union value *value, struct problem *problem)
{
	struct assignment *assignment = &value->assignment;
	const char *equals = strchr(text, '=');
	const char *end;

	*assignment = (struct assignment){ .by = SHMBOX_SET };
	if (!equals) {
		if (strchr(text, '@'))
			snprintf(problem->hint, sizeof(problem->hint),
			         "write it in one word: %s=VALUE", text);
		return wrong(problem, "not an assignment: expected FIELD=VALUE");
	}
	end = parse_by(text, equals, assignment);
	if (!parse_plain(text, end, &assignment->field, problem))
		return wrong_target(text, equals, problem);
	assignment->text = equals + 1;
	if (equals[1] == '=' && !assignment->field.text)
		return wrong(problem, "write one =; shmwait compares");
	if (assignment->by > SHMBOX_SUBTRACT &&
	    assignment->field.layout.kind == SHMBOX_FLOAT)
		return wrong(problem, "bit operators require an integer field");
	if (!assignment->field.text)
		return parse_list(equals + 1, assignment, problem);
	if (assignment->by != SHMBOX_SET)
		return wrong(problem, "a str takes no operator but =");
	return strlen(equals + 1) <= assignment->field.layout.count ||
	       wrong(problem, "%zu bytes do not fit into a str of %llu",
	             strlen(equals + 1),
	             (unsigned long long)assignment->field.layout.count);
}
