/* shmstat - everything about segments */

#include <time.h>

#include "applet.h"
#include "columns.h"

enum { OPT_JSON, OPT_FORMAT };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_FORMAT] = { 'F', "format", KIND_FORMAT,
	                 "print this, with %{name} for the value of a column" },
	{ 0 },
};

static void print(const struct args *args, const struct shmbox_info *infos, int count,
                  struct sight *sight)
{
	const struct columns columns = columns_all();
	const char *format = args_text(args, OPT_FORMAT, NULL);

	if (args->seen[OPT_JSON]) {
		print_json(&columns, infos, count, sight);
		return;
	}
	for (int i = 0; i < count; i++) {
		if (format) {
			print_format(format, &infos[i], sight);
			continue;
		}
		if (i > 0)
			putc('\n', output);
		print_facts(&columns, &infos[i], sight);
	}
}

static int run(const struct args *args)
{
	struct sight sight = { .bytes = true, .idle = ORPHAN_IDLE };
	const struct columns columns = columns_all();
	struct shmbox_info *infos;
	int status;
	int count;

	if (args->seen[OPT_JSON] && args->seen[OPT_FORMAT])
		return misuse(NULL, "--json and --format exclude each other");
	status = stat_operands(args, &infos, &count);
	sight_look(&sight, infos, count, columns_needs(&columns));
	sight.now = time(NULL);
	print(args, infos, count, &sight);
	sight_end(&sight);
	free(infos);
	return status;
}

const struct applet applet_shmstat = {
	.name = "shmstat",
	.summary = "show everything about segments",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_PTRACE),
};
