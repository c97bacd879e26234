/* SPDX-License-Identifier: MIT */
/* help.c - usage and --help, generated from the descriptors */

#include <stdio.h>
#include <string.h>

#include "parse/args.h"
#include "parse/kinds.h"
#include "parse/topics.h"
#include "text/io.h"

static void switches(const struct opt *options)
{
	bool any = false;

	for (; *options->name; options++) {
		if (options->kind != KIND_SWITCH || !options->letter)
			continue;
		fprintf(output, "%s%c", any ? "" : " [-", options->letter);
		any = true;
	}
	if (any)
		fputc(']', output);
}

static void help_usage(const struct applet *applet, bool stands_for_all)
{
	const struct opt *option = applet->options;

	fprintf(output, "usage: %s", applet->name);
	if (option)
		switches(option);
	for (; option && *option->name; option++) {
		if (option->kind == KIND_SWITCH && option->letter)
			continue;
		if (option->letter)
			fprintf(output, " [-%c", option->letter);
		else
			fprintf(output, " [--%s", option->name);
		if (option->kind != KIND_SWITCH)
			fprintf(output, " %s", kind_word(option->kind));
		fputc(']', output);
	}
	fprintf(output, "%s%s\n", applet->operands ? " " : "",
	        applet->operands ? applet->operands : "");
	if (stands_for_all)
		fprintf(output, "       shmbox APPLET [ARG]...\n"
		                "       shmbox help "
		                "[APPLET|notations|letters|statuses|columns]\n");
}

static void option_lines(const struct opt *option)
{
	enum { COLUMN = 28 };

	for (; option && *option->name; option++) {
		bool valued = option->kind != KIND_SWITCH;
		const char *word = valued ? kind_word(option->kind) : "";
		const char letter[] = { option->letter ? '-' : ' ',
			                (char)(option->letter ? option->letter : ' '),
			                '\0' };
		int used = fprintf(output, "  %s%s --%s%s%s", letter,
		                   option->letter ? "," : " ", option->name,
		                   valued ? " " : "", word);

		fprintf(output, "%*s%s\n", used < COLUMN ? COLUMN - used : 2, "",
		        option->help);
	}
}

static void operand_lines(const struct applet *applet)
{
	struct shape shape = args_shape(applet);
	bool any = false;

	for (int i = 0; i < shape.count; i++) {
		const char *notation = kind_notation(shape.kinds[i]);

		if (notation)
			fprintf(output, "  %s: %s\n", kind_word(shape.kinds[i]),
			        notation);
		any |= notation != NULL;
	}
	if (any)
		fprintf(output, "\n");
}

void help_print(const struct applet *applet, const struct applet *const *all)
{
	help_usage(applet, all);
	fprintf(output, "\n%s\n\n", applet->summary);
	if (all) {
		for (const struct applet *const *row = all; *row; row++)
			fprintf(output, "  %-12s %s\n", (*row)->name, (*row)->summary);
		fprintf(output, "\n");
	}
	operand_lines(applet);
	option_lines(applet->options);
	option_lines(common_options);
	topic_status_line();
	/* the page of "shmbox help" is shmbox(1) */
	fprintf(output,
	        "Read on: shmbox help notations, shmbox help statuses, man %.*s\n",
	        (int)strcspn(applet->name, " "), applet->name);
}
