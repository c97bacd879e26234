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
		int used = printf("  %s%s --%s%s%s", letter, option->letter ? "," : " ",
		                  option->name, valued ? " " : "", word);

		printf("%*s%s\n", used < COLUMN ? COLUMN - used : 2, "", option->help);
	}
}

static void operand_lines(const struct applet *applet)
{
	struct shape shape = args_shape(applet);
	bool any = false;

	for (int i = 0; i < shape.count; i++) {
		const char *notation = kind_notation(shape.kinds[i]);

		if (notation)
			printf("  %s: %s\n", kind_word(shape.kinds[i]), notation);
		any |= notation != NULL;
	}
	if (any)
		printf("\n");
}

void help_print(const struct applet *applet)
{
	help_usage(stdout, applet);
	printf("\n%s\n\n", applet->summary);
	if (applet == &applet_shmbox) {
		for (const struct applet *const *row = applets; *row; row++)
			printf("  %-12s %s\n", (*row)->name, (*row)->summary);
		printf("\n");
	}
	operand_lines(applet);
	option_lines(applet->options);
	option_lines(common_options);
	printf("\nNotations and exit statuses: man shmbox\n");
}

void help_version(void)
{
	printf("shmbox %s %s\n", SHMBOX_VERSION, priv_feature());
}

static void describe_options(const char *name, const struct opt *option)
{
	for (; option && option->name; option++) {
		const char letter[] = { '-', option->letter, '\0' };

		printf("option\t%s\t%s\t--%s\t%s\t%s\n", name, letter, option->name,
		       kind_word(option->kind), option->help);
	}
}

static void describe_applet(const struct applet *applet)
{
	printf("applet\t%s\t%s\t%s\n", applet->name,
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
