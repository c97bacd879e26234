/* SPDX-License-Identifier: MIT */
/* problem.c - a problem with a word of the command line */

#include <stdarg.h>
#include <stdio.h>

#include "diag/diag.h"
#include "diag/problem.h"
#include "text/text.h"

bool wrong(struct problem *problem, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_print(problem->reason, sizeof(problem->reason), format, list);
	va_end(list);
	return false;
}

bool no_memory(struct problem *problem)
{
	problem->status = STATUS_LIMIT;
	return wrong(problem, "no memory");
}

int bad_value(const char *option, const char *text, const struct problem *problem)
{
	int status = problem->status ? problem->status : STATUS_USAGE;
	char word[REASON_MAX];
	char object[REASON_MAX + TEXT_MAX];

	if (option) {
		text_word(word, sizeof(word), text);
		snprintf(object, sizeof(object), "%s %s", option, word);
	}
	fail(status, option ? object : text, "%s", problem->reason);
	if (problem->hint[0])
		hint("%s", problem->hint);
	return status;
}
