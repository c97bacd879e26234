/* SPDX-License-Identifier: MIT */
/* shape.c - parse the synopsis string of the operands */

#include <assert.h>
#include <string.h>

#include "parse/args.h"
#include "parse/kinds.h"

struct shape args_shape(const struct applet *applet)
{
	struct shape shape = { 0 };
	const char *at = applet->operands;
	bool optional = false;

	while (at && *at) {
		/* in "[OP VALUE]", all words after the bracket are optional */
		bool opens = *at == '[';
		const char *word = at + opens;
		size_t length = strcspn(word, " ].");

		/* NAME,... contains dots of its own, but is never an operand */
		assert(shape.count < OPERAND_KINDS);
		shape.kinds[shape.count] = kind_of(word, length);
		if (shape.kinds[shape.count] == KIND_COMMAND)
			shape.command = true;
		shape.count++;
		optional |= opens;
		if (!optional)
			shape.required = shape.count;
		at = word + length;
		shape.repeats = strcspn(at, ".") < strcspn(at, " ");
		at += strcspn(at, " ");
		at += *at == ' ';
	}
	return shape;
}
