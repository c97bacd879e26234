/*
 * fuzz.c - every parser of words, fed by libFuzzer
 *
 * The first byte of an input is the kind, the others are the word. The word is a block of its
 * own, so that the sanitizers see a read before its start or past its end.
 */
#include "field.h"
#include "frame.h"

/* What main.c has, for the files that name applets. */
const struct applet *const applets[] = { NULL };

const struct applet *find_applet(const char *name)
{
	(void)name;
	return NULL;
}

bool search_path(const char *name, char path[PATH_ROOM])
{
	(void)name;
	*path = '\0';
	return false;
}

/* A value that was parsed is written again. */
static void write_back(enum kind kind, const union value *value)
{
	char text[TEXT_MAX];
	mode_t mode;

	if (kind == KIND_SIZE)
		text_size(text, value->size);
	if (kind == KIND_MODE)
		mode_apply(value->text, 0640, &mode);
	if (kind == KIND_ASSIGNMENT &&
	    value->assignment.field.layout.kind == SHMBOX_FLOAT)
		text_float(text, *value->assignment.numbers,
		           value->assignment.field.layout.width);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum kind kind = size ? KIND_SWITCH + 1 + data[0] % (KINDS - 1) : KIND_TEXT;
	char *word = malloc(size + 1);
	char *escaped = malloc(4 * size + 1);
	struct problem problem;
	union value value = { 0 };

	if (!word || !escaped)
		abort();
	if (size)
		memcpy(word, data + 1, size - 1);
	word[size ? size - 1 : 0] = '\0';
	if (kind_parse(kind, word, &value, &problem))
		write_back(kind, &value);
	kind_free(kind, &value);
	text_escaped(escaped, word, size % 2);
	free(escaped);
	free(word);
	return 0;
}
