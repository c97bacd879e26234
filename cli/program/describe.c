/* SPDX-License-Identifier: MIT */
/* describe.c - --version, and --describe: applets, options and columns for programs */

#include <stdio.h>

#include <shmbox/shmbox.h>

#include "list/column.h"
#include "parse/args.h"
#include "parse/kinds.h"
#include "parse/topics.h"
#include "program/priv.h"
#include "program/program.h"
#include "text/io.h"

void help_version(void)
{
	fprintf(output, "shmbox %s %s\n", SHMBOX_VERSION, priv_feature());
}

static void describe_options(const char *name, const struct opt *option)
{
	for (; option && *option->name; option++) {
		const char letter[] = { '-', option->letter, '\0' };

		fprintf(output, "option\t%s\t%s\t--%s\t%s\t%s\n", name, letter,
		        option->name, kind_word(option->kind), option->help);
	}
}

static void describe_applet(const struct applet *applet)
{
	fprintf(output, "applet\t%s\t%s\t%s\n", applet->name,
	        applet->operands ? applet->operands : "-", applet->summary);
	describe_options(applet->name, applet->options);
}

void help_describe(const struct applet *self)
{
	describe_options("*", common_options);
	describe_applet(self);
	for (const struct applet *const *row = applets; *row; row++)
		describe_applet(*row);
	columns_describe();
	topics_describe();
}
