/* SPDX-License-Identifier: MIT */
/* refs.c - parse SEGMENT, KEY and PROJ */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "parse/parsers.h"
#include "parse/refs.h"
#include "text/number.h"

enum { DEFAULT_PROJ = 1 };

static const char *after(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

bool parse_proj(const char *text, union value *value, struct problem *problem)
{
	const char *end;
	uint64_t number;
	bool big;

	if (digits(text, 10, &end, &number, &big) && !*end) {
		value->number = (int64_t)number;
		return (!big && number <= 255) ||
		       wrong(problem, "a project number must be 0 to 255");
	}
	if (!text[0] || text[1])
		return wrong(problem,
		             "not a project: expected one character or 0 to 255");
	value->number = (unsigned char)text[0];
	return true;
}

/* Parses PATH[:PROJ]. A colon without a valid PROJ after it belongs to the path. */
static bool parse_file(const char *text, struct key *key, struct problem *problem)
{
	const char *colon = strrchr(text, ':');
	struct problem unused;
	union value proj = { 0 };
	size_t length = strlen(text);

	key->proj = DEFAULT_PROJ;
	if (colon && parse_proj(colon + 1, &proj, &unused)) {
		key->proj = (int)proj.number;
		length = (size_t)(colon - text);
	}
	if (length == 0)
		return wrong(problem, "the path is missing");
	key->path = strndup(text, length);
	return key->path || no_memory(problem);
}

static bool key_number(const char *text, struct key *key, struct problem *problem)
{
	bool negative = *text ==
	                '-'; /* /proc/sysvipc/shm prints large keys as negative numbers */
	const char *end;
	uint64_t number;
	unsigned base;
	bool big;

	text += negative;
	base = skip_hex(&text) ? 16 : *text == '0' ? 8 : 10;
	if (!digits(text, base, &end, &number, &big) || *end)
		return wrong(problem, "not a key: expected a number (0x.. is hex), "
		                      "key:.. or file:PATH");
	if (big || number > (negative ? 1ULL << 31 : UINT32_MAX))
		return wrong(problem, "too large: a key has 32 bits");
	if (number == 0) {
		snprintf(problem->hint, sizeof(problem->hint),
		         "use the id of the segment (see shmls)");
		return wrong(problem, "key 0 is IPC_PRIVATE and names no segment");
	}
	key->key = (key_t)(negative ? 0 - (uint32_t)number : (uint32_t)number);
	return true;
}

bool parse_key(const char *text, union value *value, struct problem *problem)
{
	const char *path = after(text, "file:");
	const char *number = after(text, "key:");

	value->key = (struct key){ 0 };
	if (path)
		return parse_file(path, &value->key, problem);
	if (number && !*number)
		return wrong(problem, "the number is missing");
	return key_number(number ? number : text, &value->key, problem);
}

bool parse_new_key(const char *text, union value *value, struct problem *problem)
{
	const char *number = after(text, "key:");

	/* so do JSON and formats show that there is no key; 0 could be a mistake */
	if (strcmp(number ? number : text, "0x00000000") == 0) {
		value->key = (struct key){ .key = IPC_PRIVATE };
		return true;
	}
	if (strcmp(text, "new") != 0) {
		bool right = parse_key(text, value, problem);

		if (problem->hint[0])
			snprintf(problem->hint, sizeof(problem->hint),
			         "leave out --key for a segment without a key");
		return right;
	}
	value->key = (struct key){ .new_key = true };
	return true;
}

/* Other tools print ids in hex too: a guess might find, or remove, the wrong segment. */
static bool ambiguous(const char *text, uint64_t number, bool big,
                      struct problem *problem)
{
	if (big || number > UINT32_MAX)
		return wrong(problem, "too large for an id and for a key");
	if (number == 0)
		return wrong(problem, "key or id? no key is 0: write id:0");
	if (number > INT32_MAX)
		return wrong(problem, "key or id? too large for an id: write key:%s",
		             text);
	return wrong(problem, "key or id? write key:%s or id:%llu", text,
	             (unsigned long long)number);
}

/* shmls prints keys in hex: without 0x they begin with zeros, or with another digit. */
static bool no_segment(const char *text, bool scratch, struct problem *problem)
{
	const char *end;
	uint64_t key;
	bool big;

	if (text[0] >= '0' && text[0] <= '9' && digits(text, 16, &end, &key, &big) &&
	    !*end && !big && key <= UINT32_MAX)
		snprintf(problem->hint, sizeof(problem->hint),
		         "write key:0x%llx if it is a key", (unsigned long long)key);
	return wrong(problem, "not a segment: expected an id, key:KEY%s",
	             scratch ? ", file:PATH or scratch:SIZE" : " or file:PATH");
}

static bool too_large(uint64_t number, bool big, struct problem *problem)
{
	if (!big && number <= UINT32_MAX)
		snprintf(problem->hint, sizeof(problem->hint),
		         "write key:%llu if it is a key", (unsigned long long)number);
	return wrong(problem, "too large: the highest id is %d", INT32_MAX);
}

/* An id; in hex only after id:, as pmap(1) prints it. */
static bool segment_id(const char *text, struct segment *segment, bool scratch,
                       struct problem *problem)
{
	const char *prefixed = after(text, "id:");
	const char *number = prefixed ? prefixed : text;
	const char *first = number;
	bool hex = skip_hex(&first);
	const char *end;
	uint64_t id;
	bool big;

	if (!digits(first, hex ? 16 : 10, &end, &id, &big) || *end)
		return no_segment(text, scratch, problem);
	if (hex && !prefixed)
		return ambiguous(number, id, big, problem);
	if (big || id > INT32_MAX)
		return too_large(id, big || prefixed, problem);
	segment->id = (int)id;
	return true;
}

/* scratch: scratch:SIZE is allowed too, which matters for the message. */
static bool parse_existing(const char *text, bool scratch, union value *value,
                           struct problem *problem)
{
	struct segment *segment = &value->segment;

	*segment = (struct segment){ 0 };
	if (after(text, "key:") || after(text, "file:")) {
		union value key;

		if (!parse_key(text, &key, problem))
			return false;
		segment->by_key = true;
		segment->key = key.key;
		return true;
	}
	return segment_id(text, segment, scratch, problem);
}

bool parse_segment(const char *text, union value *value, struct problem *problem)
{
	return parse_existing(text, false, value, problem);
}

bool parse_holdable(const char *text, union value *value, struct problem *problem)
{
	const char *size = after(text, "scratch:");
	union value parsed;

	if (!size)
		return parse_existing(text, true, value, problem);
	if (!*size)
		return wrong(problem, "the size is missing");
	if (!parse_size(size, &parsed, problem))
		return false;
	if (parsed.size == 0)
		return wrong(problem, "a segment needs at least 1 byte");
	value->segment = (struct segment){ .scratch = true, .scratch_size = parsed.size };
	return true;
}

int key_resolve(const struct key *key, key_t *out)
{
	*out = key->key;
	return key->path ? shmbox_key(key->path, key->proj, out) : 0;
}

/* The end of a path may have been parsed as PROJ by mistake. */
static void hint_at_proj(const char *object)
{
	const char *colon = strrchr(object, ':');
	struct problem unused;
	union value proj;

	if (colon > strchr(object, ':') && parse_proj(colon + 1, &proj, &unused))
		hint("write %s:1 if '%s' is part of the path", object, colon + 1);
}

int ref_failed(enum shmbox_op op, int rc, const char *object)
{
	int status = failed(op, rc, object, NULL);

	if (op == SHMBOX_KEY && rc == -ENOENT)
		hint_at_proj(object);
	return status;
}
