/* SPDX-License-Identifier: MIT */
/* topics.c - what shmbox help explains beside the applets */

#include <stdio.h>
#include <string.h>

#include "list/column.h"
#include "parse/topics.h"
#include "text/io.h"

/* Made of shmbox(1) by tools/topics.awk: notations, statuses and status_line. */
#include "topics.inc"

static const struct {
	char name[10];
	char summary[62];
} topics[] = {
	{ "columns", "the facts about a segment that can be listed" },
	{ "letters", "what each letter of an option means in which applet" },
	{ "notations", "how segments, keys, sizes and other values are written" },
	{ "statuses", "what an exit status means" },
};

static void print_columns(void)
{
	for (int i = 0; i < column_count; i++)
		fprintf(output, "%-10s %s\n", column_table[i].name, column_table[i].help);
}

bool topic_print(const char *name)
{
	if (strcmp(name, "columns") == 0)
		print_columns();
	else if (strcmp(name, "notations") == 0)
		fputs(notations, output);
	else if (strcmp(name, "statuses") == 0)
		fputs(statuses, output);
	else
		return false;
	return true;
}

void topics_describe(void)
{
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++)
		fprintf(output, "topic\t%s\t%s\n", topics[i].name, topics[i].summary);
}

void topic_status_line(void)
{
	fprintf(output, "\nExit status: %s\n", status_line);
}
