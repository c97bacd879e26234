/* SPDX-License-Identifier: MIT */
/* args.c - parse the command line as the descriptor of an applet states it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "parse/args.h"
#include "parse/habits.h"
#include "parse/kinds.h"
#include "parse/parsers.h"
#include "parse/scan.h"
#include "parse/unknown_option.h"
#include "text/text.h"

/* As the next operand, a VALUE may have been meant. */
static int report_option(const struct scan *scan, const struct found *found,
                         bool may_be_value)
{
	const char *value = scan->cluster ? scan->cluster : *scan->next;

	if (found->what == UNKNOWN && may_be_value && found->typed[1] != '-') {
		fail(STATUS_USAGE, found->typed, "unknown option");
		hint("write -- before a VALUE that begins with -");
		return STATUS_USAGE;
	}
	if (found->what == UNKNOWN)
		return refuse_option(scan->applet, common_options, found->typed,
		                     found->value ? found->value : value);
	if (found->what == TAKES_NONE)
		return misuse(found->typed, "takes no value");
	return misuse(found->typed, "requires a value (%s)",
	              kind_word(found->option->kind));
}

/* option is how it was typed; NULL: the value is an operand of this applet. */
static int take_value(enum kind kind, const struct applet *applet, const char *option,
                      const char *text, union value *value)
{
	struct problem problem;
	const char *known = NULL;

	if (kind_parse(kind, text, value, &problem))
		return STATUS_OK;
	if (!option && kind == KIND_SEGMENT && !problem.hint[0])
		known = habit_of_segment(applet);
	if (known)
		snprintf(problem.hint, sizeof(problem.hint), "%s", known);
	return bad_value(option, text, &problem);
}

static int take_common(struct scan *scan, int which, const struct found *found)
{
	union value value = { 0 };
	int status;

	if (which == OPT_NS) {
		status = take_value(KIND_PID, NULL, found->typed, found->value, &value);
		scan->ns = value.number;
		return status;
	}
	return which == OPT_HELP ? ASKS_HELP : ASKS_VERSION;
}

static int take_option(struct scan *scan, struct args *args, const struct found *found)
{
	const struct opt *option = found->option;
	int index = found->index;
	union value before;
	int status;

	if (index >= COMMON)
		return take_common(scan, index - COMMON, found);
	if (option->kind == KIND_SWITCH) {
		args->seen[index] = true;
		return STATUS_OK;
	}
	before = args->option[index];
	status = take_value(option->kind, NULL, found->typed, found->value,
	                    &args->option[index]);
	/* the last occurrence of an option counts */
	if (args->seen[index])
		kind_free(option->kind, &before);
	if (status != STATUS_OK)
		args->option[index] = (union value){ 0 };
	args->seen[index] = status == STATUS_OK;
	args->typed[index] = found->value;
	return status;
}

/*
 * What follows the options. COMMAND may have a -- before it, which is not part of it; the -- that
 * ended the options after SEGMENT is that one.
 */
static void take_rest(struct scan *scan, struct args *args, bool command)
{
	bool may_be_marked = command && args->count == 0;

	while (*scan->next) {
		char *word = *scan->next++;

		if (may_be_marked && args->count == 1 && strcmp(word, "--") == 0)
			may_be_marked = false;
		else
			args->words[args->count++] = word;
	}
}

/* True if the next operand is a VALUE. */
static bool expects_value(const struct args *args, const struct shape *shape)
{
	return args->count < shape->count && shape->kinds[args->count] == KIND_VALUE;
}

/* A number such as -inf, which is no option where a VALUE is expected. */
static bool is_number(const char *word)
{
	struct problem problem;
	uint64_t bits;

	return parse_float(word, sizeof(bits), &bits, &problem);
}

static enum what next_part(struct scan *scan, const struct args *args,
                           const struct shape *shape, struct found *found)
{
	if (scan->cluster || !*scan->next || !expects_value(args, shape) ||
	    !is_number(*scan->next))
		return scan_next(scan, found);
	*found = (struct found){ .value = *scan->next++ };
	return OPERAND;
}

static int scan_words(struct scan *scan, struct args *args, const struct shape *shape)
{
	int status = STATUS_OK;
	struct found found;

	while ((found.what = next_part(scan, args, shape, &found)) != END) {
		if (found.what == OPERAND) {
			args->words[args->count++] = found.value;
			/* the options of COMMAND are its own */
			if (shape->command && args->count > 1)
				break;
		} else if (status == STATUS_OK) {
			status = found.what == OPTION
			                 ? take_option(scan, args, &found)
			                 : report_option(scan, &found,
			                                 expects_value(args, shape));
		}
		/*
		 * after an error, parsing goes on only to learn whether there is a
		 * COMMAND
		 */
		if (status != STATUS_OK && !shape->command)
			break;
	}
	take_rest(scan, args, shape->command);
	return status;
}

static int check_operands(struct args *args, const struct shape *shape)
{
	for (int i = 0; i < args->count; i++) {
		bool extra = i >= shape->count;
		int status;

		if (extra && !shape->repeats)
			return refuse_operand(args->applet, args->words[i]);
		status = take_value(shape->kinds[extra ? shape->count - 1 : i],
		                    args->applet, NULL, args->words[i], &args->values[i]);
		if (status != STATUS_OK)
			return status;
	}
	if (args->count < shape->required)
		return misuse(NULL, "%s is missing",
		              kind_word(shape->kinds[args->count]));
	return STATUS_OK;
}

static bool changes(const struct args *args)
{
	int changes = args->applet->changes;

	return changes == CHANGES || (changes && args->seen[changes - CHANGES_WITH(0)]);
}

/*
 * The pid may be that of a process outside the container that was meant, such as its
 * monitor.
 */
static int report_same_namespace(const struct args *args, long long pid)
{
	if (!changes(args)) {
		note(NULL, "PID %lld is in this IPC namespace", pid);
		return STATUS_OK;
	}
	fail(STATUS_REFUSED, NULL, "PID %lld is in this IPC namespace", pid);
	hint("leave out --ns to act here");
	return STATUS_REFUSED;
}

static int enter(const struct args *args, int64_t ns)
{
	struct shmbox_namespace before = { 0 };
	struct shmbox_namespace after = { 0 };
	char object[TEXT_MAX];
	int rc;

	if (!ns)
		return STATUS_OK;
	snprintf(object, sizeof(object), "--ns %lld", (long long)ns);
	shmbox_own_namespace(&before);
	rc = shmbox_enter((pid_t)ns);
	if (rc < 0)
		return failed(SHMBOX_ENTER, rc, object, NULL);
	shmbox_own_namespace(&after);
	return after.ns && after.ns == before.ns ? report_same_namespace(args, ns)
	                                         : STATUS_OK;
}

/* Without operands no memory is allocated: the first page of the heap takes time. */
static int make_values(struct args *args)
{
	args->words[args->count] = NULL;
	if (args->count == 0)
		return STATUS_OK;
	args->values = calloc((size_t)args->count, sizeof(*args->values));
	return args->values ? STATUS_OK : out_of_memory();
}

int args_parse(struct args *args, const struct applet *applet, int argc, char **argv)
{
	struct scan scan = { .applet = applet, .next = argv + (argc > 0) };
	struct shape shape = args_shape(applet);
	int status;

	/*
	 * operands are moved down in argv: their number never exceeds the words read so
	 * far
	 */
	*args = (struct args){ .applet = applet, .words = scan.next };
	status = scan_words(&scan, args, &shape);
	if (status == STATUS_OK)
		status = make_values(args);
	if (status == STATUS_OK)
		status = check_operands(args, &shape);
	if (status == STATUS_OK)
		status = enter(args, scan.ns);
	/* what fails before COMMAND runs must not look like COMMAND's own status */
	return status > STATUS_OK && shape.command && args->count > 1
	               ? STATUS_BEFORE_COMMAND
	               : status;
}

void args_free(struct args *args)
{
	struct shape shape = args_shape(args->applet);

	for (int i = 0; args->values && i < args->count && shape.count; i++)
		kind_free(shape.kinds[i < shape.count ? i : shape.count - 1],
		          &args->values[i]);
	for (int i = 0; i < MAX_OPTIONS; i++) {
		if (args->seen[i])
			kind_free(args->applet->options[i].kind, &args->option[i]);
	}
	free(args->values);
}
