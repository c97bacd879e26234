/* SPDX-License-Identifier: MIT */
/* words.c - fuzz targets for words of the command line: numbers, rights, segments, columns */

#include "words.h"
#include "list/column.h"

/* A NUL ends a word on the command line: what follows it must not be read. */
char *word_of(const char *input, size_t length)
{
	char *word = malloc(strnlen(input, length) + 1);

	CHECK(word);
	memcpy(word, input, strnlen(input, length));
	word[strnlen(input, length)] = '\0';
	return word;
}

void check_refusal(const char *word, const struct problem *problem)
{
	CHECK(problem->reason[0]);
	CHECK(memchr(problem->reason, '\0', sizeof(problem->reason)));
	CHECK(memchr(problem->hint, '\0', sizeof(problem->hint)));
	CHECK(bad_value(NULL, word, problem) == STATUS_USAGE);
	check_said();
}

bool takes(enum kind kind, const char *word, union value *value)
{
	struct problem problem;

	*value = (union value){ 0 };
	if (kind_parse(kind, word, value, &problem))
		return true;
	check_refusal(word, &problem);
	return false;
}

union value again(enum kind kind, const char *word)
{
	union value value;

	CHECK(takes(kind, word, &value));
	return value;
}

/* ---- numbers ---- */

static void run_size(const char *word)
{
	char text[TEXT_MAX];
	union value value;

	if (!takes(KIND_SIZE, word, &value))
		return;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value.size);
	CHECK(again(KIND_SIZE, text).size == value.size);
	CHECK(strlen(text_size(text, value.size)) <= 6);
}

static void run_offset(const char *word)
{
	char text[TEXT_MAX];
	union value value;

	if (!takes(KIND_OFFSET, word, &value))
		return;
	CHECK((value.offset < 0) == (*word == '-'));
	snprintf(text, sizeof(text), "%lld", (long long)value.offset);
	CHECK(again(KIND_OFFSET, text).offset == value.offset);
}

static void run_duration(const char *word)
{
	enum { BILLION = 1000000000 };
	char text[TEXT_MAX];
	union value value;

	if (!takes(KIND_DURATION, word, &value))
		return;
	snprintf(text, sizeof(text), "%llu.%09llu",
	         (unsigned long long)value.size / BILLION,
	         (unsigned long long)value.size % BILLION);
	CHECK(again(KIND_DURATION, text).size == value.size);
}

static void run_number(const char *word)
{
	static const enum kind kinds[] = { KIND_NUMBER, KIND_ID, KIND_PID, KIND_PROJ };
	static const int64_t least[] = { 0, 0, 1, 0 };
	static const int64_t most[] = { INT64_MAX, INT32_MAX, INT32_MAX, 255 };

	for (int i = 0; i < 4; i++) {
		char text[TEXT_MAX];
		union value value;

		if (!takes(kinds[i], word, &value))
			continue;
		CHECK(value.number >= least[i] && value.number <= most[i]);
		snprintf(text, sizeof(text), "%lld", (long long)value.number);
		CHECK(again(kinds[i], text).number == value.number);
	}
}

/* ---- rights ---- */

static void run_mode(const char *word)
{
	static const mode_t before[] = { 0, 0640, 0753, 0777 };
	char text[TEXT_MAX];
	union value value;
	bool right = takes(KIND_MODE, word, &value);

	for (int i = 0; i < 4; i++) {
		mode_t mode;
		mode_t same;

		CHECK(mode_apply(word, before[i], &mode) == right);
		if (!right)
			continue;
		CHECK(mode <= 0777);
		snprintf(text, sizeof(text), "%o", (unsigned)mode);
		CHECK(mode_apply(text, before[i], &same) && same == mode);
		CHECK(strlen(text_mode(text, mode)) == 9);
	}
}

static void run_owner(const char *word)
{
	static const char users[] = "root:x:0:0:root:/root:/bin/sh\nfuzz:x:12:34::/:\n"
				    "last:x:4294967294:4294967294";
	static const char groups[] = "root:x:0:\nfuzz:x:34:root,fuzz\n\n:x:5:\nnone\n";
	char text[TEXT_MAX];
	union value value;
	union value same;

	pretend("/etc/passwd", users, strlen(users), SIZE_MAX);
	pretend("/etc/group", groups, strlen(groups), SIZE_MAX);
	if (!takes(KIND_OWNER, word, &value))
		return;
	CHECK(value.owner.has_user || value.owner.has_group);
	snprintf(text, sizeof(text), "%u:%u", value.owner.user, value.owner.group);
	same = again(KIND_OWNER, text);
	CHECK(same.owner.user == value.owner.user &&
	      same.owner.group == value.owner.group);
	text_user(text, value.owner.user);
	CHECK(again(KIND_OWNER, text).owner.user == value.owner.user);
}

/* ---- segments ---- */

static void check_key(const struct key *key)
{
	char text[TEXT_MAX];
	union value same;

	CHECK(key->proj >= 0 && key->proj <= 255);
	if (key->path || key->new_key) {
		CHECK(!key->key && (!key->path || *key->path));
		return;
	}
	CHECK(key->key != 0);
	snprintf(text, sizeof(text), "0x%08x", (unsigned)key->key);
	CHECK(again(KIND_KEY, text).key.key == key->key);
	snprintf(text, sizeof(text), "key:%d", (int)key->key);
	same = again(KIND_SEGMENT, text);
	CHECK(same.segment.by_key && same.segment.key.key == key->key);
}

/* Where a key is made, 0x00000000 is accepted, too. */
static bool is_none(const struct key *key)
{
	return key->key == 0 && !key->path && !key->new_key;
}

static void run_key(const char *word)
{
	static const enum kind kinds[] = { KIND_KEY, KIND_NEW_KEY };

	for (int i = 0; i < 2; i++) {
		union value value;

		if (takes(kinds[i], word, &value) &&
		    !(kinds[i] == KIND_NEW_KEY && is_none(&value.key)))
			check_key(&value.key);
		kind_free(kinds[i], &value);
	}
}

static void run_segment(const char *word)
{
	static const enum kind kinds[] = { KIND_SEGMENT, KIND_HOLDABLE };

	for (int i = 0; i < 2; i++) {
		char text[TEXT_MAX];
		union value value;
		bool right = takes(kinds[i], word, &value);

		if (right && value.segment.by_key) {
			check_key(&value.segment.key);
		} else if (right && value.segment.scratch) {
			CHECK(kinds[i] == KIND_HOLDABLE &&
			      value.segment.scratch_size > 0);
		} else if (right) {
			CHECK(value.segment.id >= 0);
			snprintf(text, sizeof(text), "id:%d", value.segment.id);
			CHECK(again(kinds[i], text).segment.id == value.segment.id);
		}
		kind_free(kinds[i], &value);
	}
}

/* ---- columns ---- */

static void run_columns(const char *word)
{
	struct columns chosen;
	union value value;

	if (takes(KIND_COLUMN, word, &value))
		CHECK(column_named(word + (*word == '-')));
	if (!takes(KIND_COLUMNS, word, &value))
		return;
	chosen = columns_named(value.text);
	CHECK(chosen.count > 0 && chosen.count <= MAX_COLUMNS);
	for (int i = 0; i < chosen.count; i++)
		CHECK(chosen.rows[i] && *chosen.rows[i]->name);
}

static void run_format(const char *word)
{
	const struct shmbox_info info = {
		.id = INT32_MAX,
		.key = -1,
		.size = UINT64_MAX,
		.mode = 0777,
		.removed = true,
		.locked = true,
		.attached = UINT64_MAX,
		.change_time = INT32_MAX,
		.resident = SHMBOX_UNKNOWN,
	};
	struct listing listing = { .now = 1 };
	union value value;

	if (takes(KIND_FORMAT, word, &value))
		print_format(value.text, &info, &listing);
	listing_end(&listing);
}

/* ---- the table ---- */

WORD_TARGET(size)
WORD_TARGET(offset)
WORD_TARGET(duration)
WORD_TARGET(number)
WORD_TARGET(mode)
WORD_TARGET(owner)
WORD_TARGET(key)
WORD_TARGET(segment)
WORD_TARGET(columns)
WORD_TARGET(format)

const struct target word_targets[] = {
	{ "size", run_word_size },
	{ "offset", run_word_offset },
	{ "duration", run_word_duration },
	{ "number", run_word_number },
	{ "mode", run_word_mode },
	{ "owner", run_word_owner },
	{ "key", run_word_key },
	{ "segment", run_word_segment },
	{ "columns", run_word_columns },
	{ "format", run_word_format },
	{ NULL, NULL },
};
