/* SPDX-License-Identifier: MIT */
/* shmbox_help.c - shmbox help: the help of an applet, or a topic */

#include <ctype.h>
#include <string.h>

#include "diag/diag.h"
#include "parse/args.h"
#include "parse/topics.h"
#include "program/program.h"
#include "text/io.h"

/* The long name of the option of this applet with this letter, or "". */
static const char *name_of(const struct applet *applet, int letter)
{
	const struct opt *option = applet->options;

	while (option && *option->name && option->letter != letter)
		option++;
	return option ? option->name : "";
}

/* Prints a line for each meaning of the letter: the long name, and the applets without "shm". */
static void print_letter(int letter)
{
	for (const struct applet *const *row = applets; *row; row++) {
		const char *name = name_of(*row, letter);
		const struct applet *const *other = applets;

		/* the first applet with this meaning stands for all of them */
		while (other < row && strcmp(name_of(*other, letter), name) != 0)
			other++;
		if (!*name || other < row)
			continue;
		fprintf(output, "-%c --%-15s", letter, name);
		for (; *other; other++) {
			if (strcmp(name_of(*other, letter), name) == 0)
				fprintf(output, " %s", (*other)->name + 3);
		}
		putc('\n', output);
	}
}

static void print_letters(void)
{
	for (int letter = 'a'; letter <= 'z'; letter++) {
		print_letter(letter);
		print_letter(toupper(letter));
	}
	for (int i = 0; *common_options[i].name; i++)
		fprintf(output, "-%c --%-15s every applet\n", common_options[i].letter,
		        common_options[i].name);
}

static int run(const struct args *args)
{
	const char *word = args->count ? args->words[0] : applet_shmbox.name;
	const struct applet *applet = find_word(word);

	if (topic_print(word))
		return STATUS_OK;
	if (strcmp(word, "letters") == 0) {
		print_letters();
		return STATUS_OK;
	}
	if (strcmp(word, applet_shmbox.name) == 0) {
		help_print(&applet_shmbox, applets);
		return STATUS_OK;
	}
	if (!applet) {
		fail(STATUS_USAGE, word, "no such applet or topic");
		hint("topics are columns, letters, notations and statuses; see shmbox "
		     "--list");
		return STATUS_USAGE;
	}
	help_print(applet, NULL);
	return STATUS_OK;
}

const struct applet applet_help = {
	.name = "shmbox help",
	.summary = "show the help of an applet, or a topic",
	.operands = "[TOPIC]",
	.run = run,
};
