/* SPDX-License-Identifier: MIT */
/* shmstat - show everything about segments */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/columns.h"
#include "segment/operand.h"
#include "text/io.h"

enum { OPT_JSON, OPT_FORMAT };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_FORMAT] = { 'F', "format", KIND_FORMAT,
	                 "print FORMAT, where %{name} is the value of a column" },
	{ 0 },
};

static void print(const struct args *args, const struct shmbox_info *infos, int count,
                  struct listing *listing)
{
	const struct columns columns = columns_all();
	const char *format = args_text(args, OPT_FORMAT, NULL);

	if (args->seen[OPT_JSON]) {
		print_json(&columns, infos, count, listing);
		return;
	}
	for (int i = 0; i < count; i++) {
		if (format) {
			print_format(format, &infos[i], listing);
			continue;
		}
		if (i > 0)
			putc('\n', output);
		print_facts(&columns, &infos[i], listing);
	}
}

static int run(const struct args *args)
{
	struct listing listing = { .bytes = true, .idle = ORPHAN_IDLE };
	const struct columns columns = columns_all();
	struct shmbox_info *infos;
	int status;
	int count;

	if (args->seen[OPT_JSON] && args->seen[OPT_FORMAT])
		return misuse(NULL, "--json and --format cannot be combined");
	status = stat_operands(args, &infos, &count);
	listing_read(&listing, infos, count, columns_needs(&columns));
	listing.now = time(NULL);
	print(args, infos, count, &listing);
	listing_end(&listing);
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
