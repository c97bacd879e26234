/* kinds.c - one row for each kind of value: its word, its parser, and how it is written */

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

static const struct {
	const char *word;
	bool (*parse)(const char *text, union value *value, struct problem *problem);
	const char *notation; /* of an operand, where its word alone does not say it */
} kinds[KINDS] = {
	[KIND_SWITCH] = { "-", NULL, NULL },
	[KIND_TEXT] = { "TEXT", parse_text, NULL },
	[KIND_PATH] = { "PATH", parse_path, NULL },
	[KIND_DIR] = { "DIR", parse_path, NULL },
	[KIND_NUMBER] = { "NUMBER", parse_number, NULL },
	[KIND_SIZE] = { "SIZE", parse_size, NULL },
	[KIND_OFFSET] = { "OFFSET", parse_offset, NULL },
	[KIND_DURATION] = { "DURATION", parse_duration, NULL },
	[KIND_MODE] = { "MODE", parse_mode, NULL },
	[KIND_OWNER] = { "OWNER", parse_owner, NULL },
	[KIND_KEY] = { "KEY", parse_key, NULL },
	[KIND_NEW_KEY] = { "KEY|new", parse_new_key, NULL },
	[KIND_SEGMENT] = { "SEGMENT", parse_segment, "an id, key:KEY or file:PATH" },
	[KIND_HOLDABLE] = { "SEGMENT|scratch:SIZE", parse_holdable,
	                    "an id, key:KEY or file:PATH; scratch:SIZE creates one" },
	[KIND_ID] = { "ID", parse_id, NULL },
	[KIND_PID] = { "PID", parse_pid, NULL },
	[KIND_PROJ] = { "PROJ", parse_proj, NULL },
	[KIND_COLUMN] = { "NAME", parse_column, NULL },
	[KIND_COLUMNS] = { "NAME,...", parse_columns, NULL },
	[KIND_FORMAT] = { "FORMAT", parse_format, NULL },
	[KIND_FIELD] = { "FIELD", parse_field,
	                 "[NAME=]TYPE@OFFSET[:COUNT], such as u32@8 or str@16:32" },
	[KIND_ASSIGNMENT] = { "ASSIGNMENT", parse_assignment,
	                      "FIELD=VALUE, or += -= .or= .and= .xor=, such as u32@8+=1" },
	[KIND_WHAT] = { "WHAT", parse_what,
	                "exists, gone, changed, attached or a FIELD such as u32@8" },
	[KIND_OP] = { "OP", parse_op, "eq ne lt le gt ge, or for bits set clear" },
	[KIND_VALUE] = { "VALUE", parse_text, NULL },
	[KIND_COMMAND] = { "COMMAND", parse_text, NULL },
	[KIND_ARG] = { "ARG", parse_text, NULL },
};

const char *kind_word(enum kind kind)
{
	return kinds[kind].word;
}

const char *kind_notation(enum kind kind)
{
	return kinds[kind].notation;
}

enum kind kind_of(const char *word, size_t length)
{
	enum kind kind = KIND_SWITCH;

	while (++kind < KINDS) {
		if (strlen(kinds[kind].word) == length &&
		    strncmp(kinds[kind].word, word, length) == 0)
			break;
	}
	assert(kind < KINDS);
	return kind;
}

bool kind_parse(enum kind kind, const char *text, union value *value,
                struct problem *problem)
{
	*problem = (struct problem){ 0 };
	return kinds[kind].parse(text, value, problem);
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
