/* help.c - usage, --help, --version and --describe, all read off the descriptors */

#include "frame.h"
#include "priv.h"

static void switches(FILE *to, const struct opt *options)
{
	bool any = false;

	for (; options->name; options++) {
		if (options->kind != KIND_SWITCH || !options->letter)
			continue;
		fprintf(to, "%s%c", any ? "" : " [-", options->letter);
		any = true;
	}
	if (any)
		fputc(']', to);
}

void help_usage(FILE *to, const struct applet *applet)
{
	const struct opt *option = applet->options;

	fprintf(to, "usage: %s", applet->name);
	if (option)
		switches(to, option);
	for (; option && option->name; option++) {
		if (option->kind == KIND_SWITCH && option->letter)
			continue;
		if (option->letter)
			fprintf(to, " [-%c", option->letter);
		else
			fprintf(to, " [--%s", option->name);
		if (option->kind != KIND_SWITCH)
			fprintf(to, " %s", kind_word(option->kind));
		fputc(']', to);
	}
	fprintf(to, "%s%s\n", applet->operands ? " " : "",
	        applet->operands ? applet->operands : "");
	if (applet == &applet_shmbox)
		fprintf(to, "       shmbox APPLET [ARG]...\n");
}

static void option_lines(const struct opt *option)
{
	enum { COLUMN = 28 };

	for (; option && option->name; option++) {
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

void help_print(const struct applet *applet)
{
	help_usage(output, applet);
	fprintf(output, "\n%s\n\n", applet->summary);
	if (applet == &applet_shmbox) {
		for (const struct applet *const *row = applets; *row; row++)
			fprintf(output, "  %-12s %s\n", (*row)->name, (*row)->summary);
		fprintf(output, "\n");
	}
	operand_lines(applet);
	option_lines(applet->options);
	option_lines(common_options);
	fprintf(output, "\nNotations and exit statuses: man shmbox\n");
}

void help_version(void)
{
	fprintf(output, "shmbox %s %s\n", SHMBOX_VERSION, priv_feature());
}

static void describe_options(const char *name, const struct opt *option)
{
	for (; option && option->name; option++) {
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

void help_describe(void)
{
	describe_options("*", common_options);
	describe_applet(&applet_shmbox);
	for (const struct applet *const *row = applets; *row; row++)
		describe_applet(*row);
	columns_describe();
}
