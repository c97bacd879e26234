/* SPDX-License-Identifier: MIT */
/* fields.c - fuzz targets for fields, what is done with them, and their values */

#include <math.h>

#include "segment/field.h"
#include "words.h"

/* ---- fields ---- */

static bool same_place(const struct field *a, const struct field *b)
{
	return a->text == b->text && a->list == b->list && a->offset == b->offset &&
	       a->layout.count == b->layout.count && a->layout.width == b->layout.width &&
	       a->layout.kind == b->layout.kind && a->layout.swapped == b->layout.swapped;
}

/* Without its label, in out, which has room for WORD_ROOM bytes. Returns the length. */
static int write_field(char *out, const struct field *field)
{
	int used = snprintf(out, WORD_ROOM, "%.*s@%lld", field->type_length, field->type,
	                    (long long)field->offset);

	if (field->list)
		used += snprintf(out + used, (size_t)(WORD_ROOM - used), ":%llu",
		                 (unsigned long long)field->layout.count);
	return used;
}

/* Where a field lies in a segment of this size, aligned or not. */
static void check_place(struct field field, uint64_t size, enum alignment alignment)
{
	const struct shmbox_map map = { .id = 1, .size = size };
	uint64_t length;

	if (field_place("field", &field, &map, alignment) != STATUS_OK) {
		check_said();
		return;
	}
	CHECK(!__builtin_mul_overflow(field.layout.count, (uint64_t)field.layout.width,
	                              &length));
	CHECK(length <= size && field.layout.offset <= size - length);
	CHECK(alignment == ANY_ALIGNMENT ||
	      field.layout.offset % field.layout.width == 0);
}

static void check_field(const struct field *field, const char *word)
{
	const char *end = word + strlen(word);
	unsigned width = field->layout.width;
	char text[WORD_ROOM];
	union value same;

	CHECK(width == 1 || width == 2 || width == 4 || width == 8);
	CHECK(field->layout.count > 0);
	CHECK(field->type >= word && field->type_length > 0 &&
	      field->type_length < end - field->type);
	CHECK(!field->label || (field->label == word && field->label_length > 0 &&
	                        field->label_length < end - word));
	write_field(text, field);
	same = again(KIND_FIELD, text);
	CHECK(same_place(&same.field, field));
	check_place(*field, 65536, ALIGNED);
	check_place(*field, UINT64_MAX, ANY_ALIGNMENT);
}

static void run_field(const char *word)
{
	union value value;

	if (takes(KIND_FIELD, word, &value))
		check_field(&value.field, word);
}

/* A number as it is printed. */
static char *write_number(char *out, uint64_t number, const struct shmbox_field *layout)
{
	if (layout->kind == SHMBOX_FLOAT)
		return text_float(out, number, layout->width);
	if (layout->kind == SHMBOX_SIGNED)
		snprintf(out, TEXT_MAX, "%lld", (long long)number);
	else
		snprintf(out, TEXT_MAX, "%llu", (unsigned long long)number);
	return out;
}

static void check_element(const struct shmbox_field *layout, bool mask, uint64_t number)
{
	char text[TEXT_MAX];
	struct problem problem = { 0 };
	uint64_t same;

	CHECK(layout->kind == SHMBOX_SIGNED ||
	      number <= UINT64_MAX >> (64 - 8 * layout->width));
	write_number(text, number, layout);
	CHECK(parse_element(text, layout, mask, &same, &problem) && same == number);
}

static void run_assignment(const char *word)
{
	union value value;
	const struct assignment *assignment = &value.assignment;
	const struct shmbox_field *layout = &assignment->field.layout;

	if (takes(KIND_ASSIGNMENT, word, &value)) {
		check_field(&assignment->field, word);
		CHECK(assignment->text > word && assignment->text[-1] == '=');
		CHECK(assignment->field.text == !assignment->numbers);
		for (uint64_t i = 0; assignment->numbers && i < layout->count; i++)
			check_element(layout, assignment->by > SHMBOX_SUBTRACT,
			              assignment->numbers[i]);
	}
	kind_free(KIND_ASSIGNMENT, &value);
}

static void run_what(const char *word)
{
	union value value;
	const struct awaited *awaited = &value.awaited;

	if (!takes(KIND_WHAT, word, &value))
		return;
	CHECK(awaited->event <= EVENT_FIELD);
	if (awaited->event == EVENT_FIELD)
		check_field(&awaited->field, word);
	else if (!awaited->whole)
		check_place(awaited->field, 65536, ALWAYS_ALIGNED);
}

static void run_op(const char *word)
{
	union value value;

	if (takes(KIND_OP, word, &value))
		CHECK(value.comparison <= IS_CLEAR);
}

/* ---- values ---- */

/* How many digits a number has between those zeros that say only how large it is. */
static size_t significant(const char *text)
{
	size_t count = 0;
	size_t zeros = 0;

	for (; *text && *text != 'e'; text++) {
		if (*text == '0' && count > 0)
			zeros++;
		else if (*text >= '1' && *text <= '9') {
			count += zeros + 1;
			zeros = 0;
		}
	}
	return count;
}

/* The libc rounds as IEEE 754 says; it takes all that we take, and writes no shorter. */
static void check_float(const char *word, unsigned width, uint64_t bits)
{
	char ours[TEXT_MAX];
	char theirs[TEXT_MAX];
	double number = width == 4 ? (double)strtof(word, NULL) : strtod(word, NULL);
	float single = (float)number;
	uint64_t wanted = 0;

	if (isnan(number))
		return;
	if (width == 4)
		memcpy(&wanted, &single, sizeof(single));
	else
		memcpy(&wanted, &number, sizeof(number));
	CHECK(bits == wanted);
	text_float(ours, bits, width);
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(theirs, sizeof(theirs), "%.*e", digits - 1, number);
		if (width == 4 ? strtof(theirs, NULL) == single
		               : strtod(theirs, NULL) == number)
			break;
	}
	CHECK(width == 4 ? strtof(ours, NULL) == strtof(theirs, NULL)
	                 : strtod(ours, NULL) == strtod(theirs, NULL));
	CHECK(significant(ours) <= significant(theirs));
}

static void check_wanted(const struct field *field, uint64_t number, const char *word)
{
	for (enum comparison op = IS_EQ; op <= IS_CLEAR; op++) {
		struct wanted wanted = { .comparison = op };

		if (op >= IS_SET && field->layout.kind == SHMBOX_FLOAT)
			continue;
		CHECK(wanted_read(&wanted, field, word) == STATUS_OK);
		/* what a value may be is possible */
		if (wanted_is(&wanted, field, &number))
			CHECK(wanted_possible(&wanted, field));
	}
}

static void run_value(const char *word)
{
	static const unsigned widths[] = { 1, 2, 4, 8 };

	for (int i = 0; i < 20; i++) {
		struct field field = {
			.layout = { .kind = (enum shmbox_kind)(i / 4 % 3),
			            .width = widths[i % 4],
			            .count = 1 },
		};
		struct problem problem = { 0 };
		bool mask = i >= 12;
		uint64_t number;

		if (field.layout.kind == SHMBOX_FLOAT && (field.layout.width < 4 || mask))
			continue;
		if (!parse_element(word, &field.layout, mask, &number, &problem)) {
			check_refusal(word, &problem);
			continue;
		}
		check_element(&field.layout, mask, number);
		if (field.layout.kind == SHMBOX_FLOAT)
			check_float(word, field.layout.width, number);
		if (!mask)
			check_wanted(&field, number, word);
	}
}

/* ---- the table ---- */

WORD_TARGET(field)
WORD_TARGET(assignment)
WORD_TARGET(what)
WORD_TARGET(op)
WORD_TARGET(value)

const struct target field_targets[] = {
	{ "field", run_word_field }, { "assignment", run_word_assignment },
	{ "what", run_word_what },   { "op", run_word_op },
	{ "value", run_word_value }, { NULL, NULL },
};
