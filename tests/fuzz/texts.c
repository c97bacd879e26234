/* SPDX-License-Identifier: MIT */
/* texts.c - fuzz targets for hex digits, whole command lines, messages and names in tables */

#include <unistd.h>

#include "words.h"
#include "work/input.h"

/* ---- hex digits ---- */

/* The bytes that digits stand for, in out; their number, or -1 for what is none. */
static ssize_t decode(const char *text, size_t length, char *out)
{
	ssize_t count = 0;
	int half = -1;

	for (size_t i = 0; i < length; i++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

		if (text[i] == '\n' ||
		    (half < 0 && text[i] && strchr(" \t\v\f\r", text[i])))
			continue;
		if (!digit)
			return -1;
		if (half >= 0)
			out[count++] = (char)(half << 4 | ((digit - digits) & 15));
		half = half >= 0 ? -1 : (int)(digit - digits) & 15;
	}
	return half < 0 ? count : -1;
}

/* The first byte says how much of the others one read(2) returns. */
static void run_hex(const char *bytes, size_t length)
{
	struct input input = { .name = "input", .open = true };
	char *wanted = malloc(length + 1);
	char *got = malloc(length + 1);
	ssize_t count = length ? decode(bytes + 1, length - 1, wanted) : 0;

	CHECK(wanted && got);
	if (length > 0) {
		pretend("hex", bytes + 1, length - 1, (unsigned char)*bytes);
		input.fd = open_pretended("hex");
		CHECK((input_decode(&input, 0) == STATUS_OK) == (count >= 0));
		if (count < 0)
			check_said();
		else
			CHECK(input.length == (uint64_t)count &&
			      read(input.fd, got, length) == count &&
			      memcmp(wanted, got, (size_t)count) == 0);
		if (count < 0)
			close(input.fd);
		else
			input_close(&input);
	}
	free(wanted);
	free(got);
}

/* ---- whole command lines, and messages ---- */

enum { WORDS = 32 };

int __wrap_shmbox_enter(pid_t pid);

/* --ns must not really go there. */
int __wrap_shmbox_enter(pid_t pid)
{
	return pid > 1 ? -EPERM : 0;
}

/* An applet's name and its words, each on a line. */
static void run_line(const char *bytes, size_t length)
{
	char *text = word_of(bytes, length);
	char *rest = text;
	char *words[WORDS + 1] = { NULL };
	const struct applet *applet;
	struct args args;
	int count = 0;

	while (rest && count < WORDS)
		words[count++] = strsep(&rest, "\n");
	applet = find_applet(words[0]);
	if (applet) {
		if (args_parse(&args, applet, count, words) > STATUS_OK)
			check_said();
		args_free(&args);
	}
	free(text);
}

/* The program's name, an object and a reason, each on a line; the first byte repeats them. */
static void run_say(const char *bytes, size_t length)
{
	size_t times = length ? (size_t)(unsigned char)*bytes * 16 + 1 : 1;
	char *parts[3];
	const char *at = bytes + (length > 0);

	for (int i = 0; i < 3; i++) {
		size_t part = strcspn(at, "\n");

		parts[i] = malloc(part * times + 1);
		CHECK(parts[i]);
		for (size_t j = 0; j < times; j++)
			memcpy(parts[i] + j * part, at, part);
		parts[i][part * times] = '\0';
		at += part + (at[part] == '\n');
	}
	diag_name(parts[0]);
	CHECK(fail(STATUS_FAILED, parts[1], "%s", parts[2]) == STATUS_FAILED);
	check_said();
	hint("%s", parts[2]);
	check_said();
	diag_name("fuzz");
	for (int i = 0; i < 3; i++)
		free(parts[i]);
}

/* A name from outside, as a word of a table. */
static void run_escaped(const char *word)
{
	char name[TEXT_MAX];
	char out[ESCAPED_MAX];

	snprintf(name, sizeof(name), "%s", word);
	for (int blanks = 0; blanks < 2; blanks++) {
		text_escaped(out, name, blanks);
		CHECK(strlen(out) < sizeof(out) && !*out == !*name);
		for (const char *at = out; *at; at++)
			CHECK((unsigned char)*at > (blanks ? 0x1f : ' ') && *at != 0x7f);
		CHECK(!*out || (*out != ' ' && out[strlen(out) - 1] != ' '));
	}
}

/* ---- JSON ---- */

enum { REPLACEMENT = 0xfffd, SURROGATES = 0xd800, SURROGATES_END = 0xe000 };

/* The character at *at, which is moved behind it; a byte that is in none is U+FFFD. */
static uint32_t next_character(const char **at)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char byte = (unsigned char)*(*at)++;
	int length = byte < 0x80   ? 1
	             : byte < 0xc0 ? 0
	             : byte < 0xe0 ? 2
	             : byte < 0xf0 ? 3
	                           : 4;
	uint32_t character = length == 1 ? byte : byte & (0x7fU >> length);

	if (length == 0 || byte >= 0xf8)
		return REPLACEMENT;
	for (int i = 1; i < length; i++) {
		if (((*at)[i - 1] & 0xc0) != 0x80)
			return REPLACEMENT;
		character = character << 6 | ((unsigned char)(*at)[i - 1] & 0x3f);
	}
	if (character < least[length] || character > 0x10ffff ||
	    (character >= SURROGATES && character < SURROGATES_END))
		return REPLACEMENT;
	*at += length - 1;
	return character;
}

/* The same of a JSON string, as RFC 8259 has it. */
static uint32_t next_in_json(const char **at)
{
	char digits[5] = "";
	char *end;
	uint32_t character;

	if (**at != '\\') {
		character = next_character(at);
		CHECK(character >= ' ' && character != '"' && character != REPLACEMENT);
		return character;
	}
	*at += 2;
	if ((*at)[-1] != 'u') {
		CHECK((*at)[-1] == '"' || (*at)[-1] == '\\');
		return (unsigned char)(*at)[-1];
	}
	memcpy(digits, *at, 4);
	character = (uint32_t)strtoul(digits, &end, 16);
	CHECK(end == digits + 4);
	*at += 4;
	return character;
}

/* Nothing is lost, and nothing talks to a terminal. */
static void run_json(const char *input)
{
	enum { LONGEST = 100 };
	struct json json = { 0 };
	char word[LONGEST + 1];
	const char *wanted = word;
	const char *got = json.line.text + 1;
	const char *end;

	snprintf(word, sizeof(word), "%s", input);
	json_text(&json, NULL, word);
	end = json.line.text + json.line.used - 1;
	CHECK(json.line.used >= 2 && json.line.text[0] == '"' && *end == '"');
	while (got < end) {
		uint32_t character = next_character(&wanted);

		/* U+FFFD may be in the text itself */
		CHECK(memcmp(got, "\xef\xbf\xbd", 3) == 0
		              ? character == REPLACEMENT && (got += 3)
		              : next_in_json(&got) == character);
		CHECK(got <= end && character);
	}
	CHECK(!*wanted);
}

/* ---- the table ---- */

WORD_TARGET(escaped)
WORD_TARGET(json)

const struct target text_targets[] = {
	{ "escaped", run_word_escaped },
	{ "json", run_word_json },
	{ "hex", run_hex },
	{ "line", run_line },
	{ "say", run_say },
	{ NULL, NULL },
};
