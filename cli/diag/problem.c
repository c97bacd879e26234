/* problem.c - a problem with a word of the command line */

#include <stdarg.h>

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

int bad_value(const char *text, const struct problem *problem)
{
	int status = problem->status ? problem->status : STATUS_USAGE;

	fail(status, text, "%s", problem->reason);
	if (problem->hint[0])
		hint("%s", problem->hint);
	return status;
}
