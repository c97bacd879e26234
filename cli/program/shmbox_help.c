/* shmbox_help.c - shmbox help: the help of an applet, or a topic */

#include <string.h>

#include "diag/diag.h"
#include "parse/args.h"
#include "parse/topics.h"
#include "program/program.h"

static int run(const struct args *args)
{
	const char *word = args->count ? args->words[0] : applet_shmbox.name;
	const struct applet *applet = find_word(word);

	if (topic_print(word))
		return STATUS_OK;
	if (strcmp(word, applet_shmbox.name) == 0) {
		help_print(&applet_shmbox, applets);
		return STATUS_OK;
	}
	if (!applet) {
		fail(STATUS_USAGE, word, "no such applet or topic");
		hint("topics are columns, notations and statuses; see shmbox --list");
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
