/* SPDX-License-Identifier: MIT */
/* kinds.c - the kinds of values: the word, the notation and the parser of each */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "parse/kinds.h"
#include "parse/parsers.h"

static bool parse_text(const char *text, union value *value, struct problem *problem)
{
	(void)problem;
	value->text = text;
	return true;
}

static bool parse_path(const char *text, union value *value, struct problem *problem)
{
	value->text = text;
	return *text || wrong(problem, "the path is empty");
}

static const char words[KINDS][24] = {
	[KIND_SWITCH] = "-",
	[KIND_TEXT] = "TEXT",
	[KIND_PATH] = "PATH",
	[KIND_DIR] = "DIR",
	[KIND_NUMBER] = "NUMBER",
	[KIND_SIZE] = "SIZE",
	[KIND_OFFSET] = "OFFSET",
	[KIND_DURATION] = "DURATION",
	[KIND_MODE] = "MODE",
	[KIND_OWNER] = "OWNER",
	[KIND_KEY] = "KEY",
	[KIND_NEW_KEY] = "KEY|new",
	[KIND_SEGMENT] = "SEGMENT",
	[KIND_HOLDABLE] = "SEGMENT|scratch:SIZE",
	[KIND_ID] = "ID",
	[KIND_PID] = "PID",
	[KIND_PROJ] = "PROJ",
	[KIND_COLUMN] = "NAME",
	[KIND_COLUMNS] = "NAME,...",
	[KIND_FORMAT] = "FORMAT",
	[KIND_FIELD] = "FIELD",
	[KIND_ASSIGNMENT] = "ASSIGNMENT",
	[KIND_WHAT] = "WHAT",
	[KIND_OP] = "OP",
	[KIND_VALUE] = "VALUE",
	[KIND_COMMAND] = "COMMAND",
	[KIND_ARG] = "ARG",
	[KIND_TOPIC] = "TOPIC",
};

/* Separate from the texts: only these pointers need relocation at start. */
static bool (*const parsers[KINDS])(const char *text, union value *value,
                                    struct problem *problem) = {
	[KIND_TEXT] = parse_text,
	[KIND_PATH] = parse_path,
	[KIND_DIR] = parse_path,
	[KIND_NUMBER] = parse_number,
	[KIND_SIZE] = parse_size,
	[KIND_OFFSET] = parse_offset,
	[KIND_DURATION] = parse_duration,
	[KIND_MODE] = parse_mode,
	[KIND_OWNER] = parse_owner,
	[KIND_KEY] = parse_key,
	[KIND_NEW_KEY] = parse_new_key,
	[KIND_SEGMENT] = parse_segment,
	[KIND_HOLDABLE] = parse_holdable,
	[KIND_ID] = parse_id,
	[KIND_PID] = parse_pid,
	[KIND_PROJ] = parse_proj,
	[KIND_COLUMN] = parse_column,
	[KIND_COLUMNS] = parse_columns,
	[KIND_FORMAT] = parse_format,
	[KIND_FIELD] = parse_field,
	[KIND_ASSIGNMENT] = parse_assignment,
	[KIND_WHAT] = parse_what,
	[KIND_OP] = parse_op,
	[KIND_VALUE] = parse_text,
	[KIND_COMMAND] = parse_text,
	[KIND_ARG] = parse_text,
	[KIND_TOPIC] = parse_text,
};

const char *kind_word(enum kind kind)
{
	return words[kind];
}

const char *kind_notation(enum kind kind)
{
	switch (kind) {
	case KIND_SEGMENT:
		return "an id, key:KEY or file:PATH";
	case KIND_HOLDABLE:
		return "an id, key:KEY or file:PATH; scratch:SIZE creates one";
	case KIND_FIELD:
		return "[NAME=]TYPE@OFFSET[:COUNT], such as u32@8 or str@16:32";
	case KIND_ASSIGNMENT:
		return "FIELD=VALUE, or += -= .or= .and= .xor=, such as u32@8+=1";
	case KIND_WHAT:
		return "exists, gone, changed, attached or a FIELD such as u32@8";
	case KIND_OP:
		return "eq ne lt le gt ge, or for bits set clear";
	case KIND_TOPIC:
		return "an applet, notations, letters, statuses or columns";
	default:
		return NULL;
	}
}

enum kind kind_of(const char *word, size_t length)
{
	enum kind kind = KIND_SWITCH;

	while (++kind < KINDS) {
		if (strlen(words[kind]) == length &&
		    strncmp(words[kind], word, length) == 0)
			break;
	}
	assert(kind < KINDS);
	return kind;
}

bool kind_parse(enum kind kind, const char *text, union value *value,
                struct problem *problem)
{
	*problem = (struct problem){ 0 };
	return parsers[kind](text, value, problem);
}

void kind_free(enum kind kind, union value *value)
{
	if (kind == KIND_KEY || kind == KIND_NEW_KEY)
		free(value->key.path);
	if (kind == KIND_SEGMENT || kind == KIND_HOLDABLE)
		free(value->segment.key.path);
	if (kind == KIND_ASSIGNMENT)
		free(value->assignment.numbers);
}
