/* SPDX-License-Identifier: MIT */
/* sweep-judge.c - judges what a run has done */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep.h"

enum { BEFORE = 125 }; /* the status for a failure before COMMAND runs */

static bool says(char verdict[TEXT], const char *format, ...)
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
static bool same_cells(const char *wanted, const char *got, char verdict[TEXT])
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
static bool known_lines(const char *wanted, const char *got, char verdict[TEXT])
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

/* Of one moment: the words are all the same, or one more up to some place. */
static bool is_one_moment(const struct outcome *got, char verdict[TEXT])
{
	const uint64_t *words = (const uint64_t *)(const void *)got->out;
	size_t count = got->out_length / sizeof(*words);
	int steps = 0;

	for (size_t i = 1; i < count; i++) {
		if (words[i] == words[i - 1])
			continue;
		if (words[i] + 1 != words[i - 1] || ++steps > 1)
			return says(verdict, "printed words of several moments");
	}
	return true;
}

/* Whether less was done, or is shown, than was asked, and that is said on standard error. */
static bool is_noted(const struct basis *basis, const struct outcome *got)
{
	return has_word(basis->test->judged, "noted") && *got->err &&
	       strcmp(got->err, basis->outcome.err) != 0;
}

static bool same_archive(const struct outcome *wanted, const struct outcome *got,
                         char verdict[TEXT])
{
	char before[STATE];
	char after[STATE];

	plain_archive(wanted->out, wanted->out_length, before);
	plain_archive(got->out, got->out_length, after);
	return strcmp(before, after) == 0 ||
	       says(verdict, "the archive is\n%.1500s, not\n%.1500s", after, before);
}

static bool same_output(const struct basis *basis, const struct outcome *got,
                        char verdict[TEXT])
{
	const struct outcome *wanted = &basis->outcome;

	if (is_noted(basis, got) || (has_word(basis->test->judged, "doubts") &&
	                             strstr(got->out, "processes are hidden")))
		return true;
	if (has_word(basis->test->judged, "moment")) {
		if (got->out_length != wanted->out_length)
			return says(verdict, "printed %zu bytes, not %zu",
			            got->out_length, wanted->out_length);
		return is_one_moment(got, verdict);
	}
	if (has_word(basis->test->judged, "archive"))
		return same_archive(wanted, got, verdict);
	if (has_word(basis->test->judged, "cells"))
		return same_cells(wanted->out, got->out, verdict);
	if (has_word(basis->test->judged, "lines"))
		return known_lines(wanted->out, got->out, verdict);
	if (got->out_length != wanted->out_length)
		return says(verdict, "printed %zu bytes, not %zu: %.*s", got->out_length,
		            wanted->out_length, SHOWN, got->out);
	for (size_t i = 0; i < got->out_length; i++) {
		if (got->out[i] != wanted->out[i])
			return says(verdict, "printed another byte at %zu: %.*s", i,
			            SHOWN, got->out);
	}
	return true;
}

/* Every line of standard error says who speaks, or is a hint. */
static bool speaks(const struct basis *basis, const struct outcome *got,
                   char verdict[TEXT])
{
	const char *name = basis->test->words[0];
	const char *line = got->err;

	while (*line) {
		const char *end = strchr(line, '\n');
		bool known = strncmp(line, "hint: ", 6) == 0 ||
		             (strncmp(line, name, strlen(name)) == 0 &&
		              line[strlen(name)] == ':');

		if (!end || !known)
			return says(verdict,
			            "a line of standard error is no message: %.*s", SHOWN,
			            line);
		line = end + 1;
	}
	return true;
}

/* Whether what failed was to write a message: nothing can be told then. */
static bool is_mute(const struct harm *harm)
{
	const struct call *call = harm->call;

	return call && (call->number == SYS_write || call->number == SYS_writev) &&
	       call->arguments[0] == STDERR_FILENO && harm->error != EINTR &&
	       harm->error != HALF;
}

static bool status_may_be(const struct basis *basis, int status, char verdict[TEXT])
{
	int wanted = WEXITSTATUS(basis->outcome.status);
	bool command = has_word(basis->test->judged, "command");
	char word[16];

	snprintf(word, sizeof(word), "or-%d", status);
	if (status == wanted || has_word(basis->test->judged, word))
		return true;
	if (status == 0)
		return says(verdict, "status 0, not %d", wanted);
	if (command && (status < BEFORE || status > BEFORE + 2))
		return says(verdict, "status %d is COMMAND's, not 125 to 127", status);
	/* no such segment, it exists, a guard refused: none of that is so */
	if (!command && status != 1 && status != 4 && status != 6)
		return says(verdict, "status %d, where a call has failed", status);
	return true;
}

static bool same_state(const struct basis *basis, const struct outcome *got, bool done,
                       char verdict[TEXT])
{
	const char *after = basis->outcome.state;
	const char *wanted = done ? after : basis->before;

	if (strcmp(got->state, wanted) == 0)
		return true;
	if ((done ? is_noted(basis, got) : strstr(got->err, "standard output") != NULL) &&
	    strcmp(basis->test->words[0], "shmcreate") != 0)
		return true;
	if (!done &&
	    (has_word(basis->test->judged, "any") ||
	     (has_word(basis->test->judged, "either") && strcmp(got->state, after) == 0)))
		return true;
	return says(verdict, "left\n%s, not\n%s", got->state, wanted);
}

bool is_right(const struct basis *basis, const struct harm *harm,
              const struct outcome *got, char verdict[TEXT])
{
	int wanted = WEXITSTATUS(basis->outcome.status);
	int status = WEXITSTATUS(got->status);

	if (got->late)
		return says(verdict, "it did not end within %u seconds", patience);
	if (WIFSIGNALED(got->status))
		return says(verdict, "signal %d ended it", WTERMSIG(got->status));
	if (*got->trouble)
		return says(verdict, "%s", got->trouble);
	if (strstr(got->out, "inherited"))
		return says(verdict, "%s", got->out);
	if (!status_may_be(basis, status, verdict) || !speaks(basis, got, verdict))
		return false;
	if (status != 0 && !*got->err && !is_mute(harm) &&
	    (status != wanted || *basis->outcome.err))
		return says(verdict, "status %d without a message", status);
	if (status != wanted && strstr(got->out, "command ran"))
		return says(verdict, "COMMAND ran, but the status is %d", status);
	if (!same_state(basis, got, status == wanted, verdict))
		return false;
	return status != wanted || same_output(basis, got, verdict);
}
