/* SPDX-License-Identifier: MIT */
/* sweep-text.c - compares what two runs have printed, word by word or line by line */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep-text.h"

bool says(char verdict[TEXT], const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(verdict, TEXT, format, list);
	va_end(list);
	return false;
}

/* What may differ from run to run becomes one word: ages, times, names of namespaces. */
static void plain_token(char *token)
{
	char *value = strchr(token, ':') ? strchr(token, ':') + 1 : token;
	size_t digits = strspn(value, "0123456789");
	bool ages =
		strncmp(token, "\"age\":", 6) == 0 || strncmp(token, "\"idle\":", 7) == 0;

	if (strspn(token, "0123456789") == 4 && token[4] == '-' && strchr(token, 'T'))
		strcpy(token, "TIME");
	if (digits == 0)
		return;
	if (ages || strcmp(value + digits, "s") == 0)
		strcpy(value, "A");
	else if (digits >= 10)
		strcpy(value, *value == '4' ? "NAMESPACE" : "TIME");
}

/* The same, or not known. */
static bool same_cell(const char *wanted, const char *got)
{
	const char *value = strchr(got, ':') ? strchr(got, ':') + 1 : got;

	if (strcmp(wanted, got) == 0)
		return true;
	if (strncmp(wanted, got, (size_t)(value - got)) != 0)
		return false;
	wanted += value - got;
	return strncmp(value, "null", 4) == 0 || strcmp(value, "?") == 0 ||
	       /* a number is the name of a user whose name cannot be found */
	       (strcmp(wanted, "root") == 0 && strcmp(value, "0") == 0) ||
	       (strcmp(wanted, "\"root\"") == 0 && strcmp(value, "\"0\"") == 0);
}

/* Any process of a namespace stands for it, and any living one for a segment in use. */
static bool is_as_good(const char *wanted, const char *got, const char *before)
{
	static const char in_json[] = "\"nspid\":";

	if (strncmp(wanted, in_json, strlen(in_json)) == 0)
		return strncmp(got, in_json, strlen(in_json)) == 0;
	return (strcmp(before, "nspid:") == 0 || strcmp(before, "NAMESPACE") == 0) &&
	       strspn(got, "0123456789") == strlen(got);
}

static char *next_token(char **rest)
{
	char *token = strtok_r(*rest, " \t\n,", rest);

	if (token)
		plain_token(token);
	return token;
}

/* Of a segment in use each reason is right: these words of JSON are passed over. */
static bool skip_reasons(char **wanted, char **got, char **rest_wanted, char **rest_got)
{
	static const char alive[] = "\"reason\":\"creator";
	static const char recent[] = "\"reason\":\"used";

	if (!*wanted || !*got || strcmp(*wanted, alive) != 0 || strcmp(*got, recent) != 0)
		return false;
	while (*wanted && (*wanted)[strlen(*wanted) - 1] != '"')
		*wanted = next_token(rest_wanted);
	while (*got && (*got)[strlen(*got) - 1] != '"')
		*got = next_token(rest_got);
	return true;
}

/* Word by word: what is not known may be said to be unknown. */
bool same_cells(const char *wanted, const char *got, char verdict[TEXT])
{
	char *left = strdup(wanted);
	char *right = strdup(got);
	char *rest_left = left;
	char *rest_right = right;
	char *pools;
	const char *before = "";
	bool same = true;

	if (!left || !right)
		broken("strdup");
	pools = strstr(left, "hugepages");
	/* of all pools of huge pages together nothing is known: one word for all their lines */
	if (pools &&
	    (strstr(got, "\nhugepages: ?\n") || strstr(got, "\"hugepages\":null")))
		*pools = *strstr(right, "hugepages") = '\0';
	while (same) {
		char *a = next_token(&rest_left);
		char *b = next_token(&rest_right);

		if (!a && !b)
			break;
		same = skip_reasons(&a, &b, &rest_left, &rest_right) ||
		       (a && b && (same_cell(a, b) || is_as_good(a, b, before)));
		if (!same)
			says(verdict, "printed %s where %s was right, after \"%s\"",
			     b ? b : "nothing", a ? a : "nothing", before);
		before = a;
	}
	free(left);
	free(right);
	return same;
}

/* The lines are the same, but for a name of an owner that cannot be found: the number is enough. */
static bool same_line(const char *wanted, const char *got)
{
	while (*wanted == *got && *got && *got != '\n') {
		if (strncmp(got, "owner=\"", 7) == 0) {
			wanted = strstr(wanted, "uid=");
			got = strstr(got, "uid=");
			if (!wanted || !got)
				return false;
		}
		wanted++;
		got++;
	}
	return *wanted == *got;
}

/* Each line is the next one that is right, or a later one: what is unknown is left out. */
bool known_lines(const char *wanted, const char *got, char verdict[TEXT])
{
	while (*got) {
		size_t length = strcspn(got, "\n") + 1;

		while (*wanted && !same_line(wanted, got))
			wanted += strcspn(wanted, "\n") + 1;
		if (!*wanted) {
			says(verdict, "printed %.*s, which is not right", (int)length - 1,
			     got);
			return false;
		}
		got += length;
	}
	return true;
}
