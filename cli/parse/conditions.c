/* SPDX-License-Identifier: MIT */
/* conditions.c - parse WHAT and OP, the condition that shmwait waits for */

#include <ctype.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "parse/parsers.h"

/* The OP for a comparison in mathematical signs. */
static const char *op_of(const char *sign)
{
	if (*sign == '!')
		return "ne";
	if (*sign == '<')
		return sign[1] == '=' ? "le" : "lt";
	if (*sign == '>')
		return sign[1] == '=' ? "ge" : "gt";
	return "eq";
}

static const char signs[] = " !=<>";

/*
 * Rejects a condition in one word, "u32@8=2" or "u32@8 eq 2"; rest is the part after the
 * field.
 */
static bool reject_one_word(const char *text, const char *rest, struct problem *problem)
{
	int length = (int)(rest - text);
	const char *value;

	rest += strspn(rest, " ");
	if (isalpha((unsigned char)*rest))
		return wrong(problem, "write it as three words: %s", text);
	value = rest + strspn(rest, signs);
	return wrong(problem, "write it as three words: %.*s %s %s", length, text,
	             op_of(rest), *value ? value : "VALUE");
}

bool parse_what(const char *text, union value *value, struct problem *problem)
{
	static const char words[][9] = { "exists", "gone", "attached", "changed" };
	static const char range[] = "changed@";
	struct awaited *awaited = &value->awaited;
	const char *rest;
	union value field;

	*awaited = (struct awaited){ .whole = true };
	for (; awaited->event < EVENT_FIELD; awaited->event++) {
		if (strcmp(text, words[awaited->event]) == 0)
			return true;
	}
	awaited->whole = false;
	if (strncmp(text, range, strlen(range)) == 0) {
		awaited->event = EVENT_CHANGED;
		awaited->field.layout.width = 1;
		text += strlen(range);
		return parse_place(text, text + strlen(text), &awaited->field, problem) &&
		       (awaited->field.list ||
		        wrong(problem, "the length is missing: changed@OFFSET:LENGTH"));
	}
	if (!strchr(text, '@'))
		return wrong(problem, "not a condition; use exists, gone, attached, "
		                      "changed, changed@OFFSET:LENGTH or a field");
	rest = strpbrk(strchr(text, '@'), signs);
	if (rest)
		return reject_one_word(text, rest, problem);
	if (!parse_field(text, &field, problem))
		return false;
	awaited->field = field.field;
	return awaited->field.text || awaited->field.layout.count == 1 ||
	       wrong(problem, "only a field of one value can be compared");
}

bool parse_op(const char *text, union value *value, struct problem *problem)
{
	static const char words[][6] = { "eq", "ne", "lt",  "le",
		                         "gt", "ge", "set", "clear" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		value->comparison = (enum comparison)i;
		if (strcmp(text, words[i]) == 0)
			return true;
	}
	return wrong(problem,
	             "not a comparison; use eq ne lt le gt ge, or for bits set clear");
}
