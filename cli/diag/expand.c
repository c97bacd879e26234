/* SPDX-License-Identifier: MIT */
/* expand.c - fill the facts of a cause into the words of the table of errors */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/expand.h"
#include "text/text.h"

enum { MOST_SEGMENTS = 32768 };

/*
 * How to raise the limit. More than MOST_SEGMENTS requires the boot option ipcmni_extend.
 */
static const char *more_segments(char *out, const struct shmbox_cause *cause)
{
	uint64_t needed = cause->used > cause->limit ? cause->used : cause->limit;
	uint64_t more = needed ? needed * 2 : 1;

	if (needed >= MOST_SEGMENTS)
		return "";
	snprintf(out, TEXT_MAX, ", or sysctl -w kernel.shmmni=%u",
	         (unsigned)(more < MOST_SEGMENTS ? more : MOST_SEGMENTS));
	return out;
}

/*
 * The octal mode that a program meant if it passed the digits as a decimal number;
 * otherwise 0.
 */
static unsigned meant_octal(mode_t mode)
{
	static const unsigned usual[] = { 600, 644, 660, 664, 666, 755, 777 };

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++) {
		if ((usual[i] & 0777) == mode)
			return usual[i];
	}
	return 0;
}

/* Returns " (600 in decimal, not octal)", or "". */
static const char *decimal_words(char *out, mode_t mode)
{
	unsigned meant = meant_octal(mode);

	if (!meant)
		return "";
	snprintf(out, TEXT_MAX, " (%u in decimal, not octal)", meant);
	return out;
}

static const char *mode_to_set(char *out, mode_t mode)
{
	unsigned meant = meant_octal(mode);

	if (!meant)
		return "u+rw";
	snprintf(out, TEXT_MAX, "%u", meant);
	return out;
}

/*
 * Prints a number in this form: "size", a unit such as "page", or NULL for digits only.
 */
static const char *number_as(char *out, uint64_t number, const char *form)
{
	if (form && strcmp(form, "size") == 0)
		return text_size(out, number);
	if (form)
		return text_count(out, number, form);
	snprintf(out, TEXT_MAX, "%llu", (unsigned long long)number);
	return out;
}

/*
 * Returns the text for {name} or {name:form}; uses out, which has room for TEXT_MAX
 * bytes.
 */
static const char *fill_in(const char *name, const char *form,
                           const struct shmbox_cause *cause, char *out)
{
	uint64_t both = cause->used + cause->wanted;
	const struct {
		char name[8];
		uint64_t number;
	} numbers[] = {
		{ "limit", cause->limit },
		{ "used", cause->used },
		{ "wanted", cause->wanted },
		{ "id", (uint64_t)cause->id },
		{ "total", both },
		{ "kib", (cause->limit + cause->wanted + 1023) / 1024 },
		{ "pool", both - cause->limit },
		{ "page", cause->huge_page / 1024 },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (strcmp(name, numbers[i].name) == 0)
			return number_as(out, numbers[i].number, form);
	}
	if (strcmp(name, "owner") == 0)
		return text_user(out, cause->owner);
	if (strcmp(name, "mode") == 0)
		return text_mode(out, cause->mode);
	if (strcmp(name, "chmod") == 0)
		return mode_to_set(out, cause->mode);
	if (strcmp(name, "decimal") == 0)
		return decimal_words(out, cause->mode);
	assert(strcmp(name, "shmmni") == 0);
	return more_segments(out, cause);
}

void expand_cause(const char *words, const struct shmbox_cause *cause,
                  char out[CAUSE_ROOM])
{
	size_t used = 0;

	while (*words && used < CAUSE_ROOM - 1) {
		size_t length = strcspn(words, "{}");
		char name[TEXT_MAX];
		char filled[TEXT_MAX];
		char *form;

		used += text_cut(out + used, CAUSE_ROOM - used, words, length);
		words += length;
		if (!*words)
			break;
		length = strcspn(++words, "}");
		text_cut(name, sizeof(name), words, length);
		words += length + 1;
		form = strchr(name, ':');
		if (form)
			*form++ = '\0';
		used += (size_t)snprintf(out + used, CAUSE_ROOM - used, "%s",
		                         fill_in(name, form, cause, filled));
	}
}
