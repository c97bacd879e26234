/* shmpeek - typed values in a segment */

#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/field.h"
#include "segment/operand.h"
#include "text/io.h"

enum { OPT_FOLLOW, OPT_JSON, OPT_TIMEOUT, OPT_TEAR };

static const struct opt options[] = {
	[OPT_FOLLOW] = { 'F', "follow", KIND_SWITCH,
	                 "print all fields again whenever one changes" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION,
	                  "stop following after DURATION without a change" },
	[OPT_TEAR] = { 'T', "tear", KIND_SWITCH,
	               "read unaligned fields too, byte by byte" },
	{ 0 },
};

/* A field, and what was read of it: now, and when it was last printed, for --follow. */
struct view {
	struct field field;
	void *now; /* NULL: it is large, and read when it is printed */
	void *before;
};

struct listing {
	const struct shmbox_map *map;
	struct view *views;
	int count;
	bool follow;
};

/* Reads all; 1 if one differs from what was printed last, else 0 or -errno. */
static int look(void *data)
{
	const struct listing *listing = data;
	bool differs = false;

	for (int i = 0; i < listing->count; i++) {
		const struct view *view = &listing->views[i];
		int rc = view->now ? field_get(listing->map, &view->field, view->now) : 0;

		if (rc < 0)
			return rc;
		if (listing->follow)
			differs |= field_differs(&view->field, view->now, view->before);
	}
	return differs;
}

static int print_json(const struct listing *listing)
{
	struct json json = { 0 };
	int rc = 0;

	json_begin(&json);
	json_open(&json, "values", '[');
	for (int i = 0; rc == 0 && i < listing->count; i++)
		rc = field_show_json(&json, listing->map, &listing->views[i].field,
		                     listing->views[i].now);
	json_close(&json, ']');
	json_end(&json);
	return rc;
}

/* What it prints of large fields it reads now: 0, or -errno. */
static int print(const struct args *args, const struct listing *listing)
{
	int rc = args->seen[OPT_JSON] ? print_json(listing) : 0;

	for (int i = 0; rc == 0 && i < listing->count; i++) {
		struct view *view = &listing->views[i];
		void *now = view->now;
		bool last = i == listing->count - 1;

		if (!args->seen[OPT_JSON]) {
			rc = field_show(listing->map, &view->field, now);
			putc(listing->follow && !last ? '\t' : '\n', output);
		}
		if (listing->follow) {
			view->now = view->before;
			view->before = now;
		}
	}
	return rc;
}

static int follow(const struct args *args, struct listing *listing, const char *word)
{
	struct shmbox_watch watch = {
		.look = look,
		.data = listing,
		.timeout = args_size(args, OPT_TIMEOUT, SHMBOX_FOREVER),
		.map = listing->map,
		.wakeable = true,
		.word = listing->views[0].field.layout.offset & ~UINT64_C(3),
	};
	int rc;

	do {
		if (!flush_output())
			return STATUS_FAILED;
		rc = shmbox_wait(&watch);
		if (rc > 0)
			print(args, listing);
	} while (rc > 0);
	return failed_on(SHMBOX_WAIT, rc, word, listing->map->id);
}

/* Places the fields, and makes room for their values. */
static int prepare(const struct args *args, struct listing *listing)
{
	for (int i = 0; i < listing->count; i++) {
		struct view *view = &listing->views[i];
		int status;

		view->field = args->values[i + 1].field;
		status = field_place(args->words[i + 1], &view->field, listing->map,
		                     args->seen[OPT_TEAR]);
		if (status != STATUS_OK)
			return status;
		if (!listing->follow && field_is_large(&view->field))
			continue;
		view->now = field_room(&view->field);
		view->before = listing->follow ? field_room(&view->field) : NULL;
		if (!view->now || (listing->follow && !view->before))
			return fail(STATUS_LIMIT, args->words[i + 1], "no memory");
	}
	return STATUS_OK;
}

static int peek(const struct args *args, struct listing *listing)
{
	const char *word = args->words[0];
	int status = prepare(args, listing);
	int rc = status == STATUS_OK ? look(listing) : 0;

	if (status == STATUS_OK && rc >= 0)
		rc = print(args, listing);
	if (rc < 0)
		return failed_on(SHMBOX_READ, rc, word, listing->map->id);
	if (status != STATUS_OK)
		return status;
	return args->seen[OPT_FOLLOW] ? follow(args, listing, word) : STATUS_OK;
}

static int run(const struct args *args)
{
	struct shmbox_map map;
	struct listing listing = {
		.map = &map,
		.count = args->count - 1,
		.follow = args->seen[OPT_FOLLOW],
	};
	int status = STATUS_OK;
	int id;
	int rc;

	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_FOLLOW])
		return misuse(NULL, "--timeout is for --follow");
	for (int i = 1; status == STATUS_OK && i < args->count; i++)
		status = field_aligned(args->words[i], &args->values[i].field,
		                       args->seen[OPT_TEAR]);
	id = status == STATUS_OK ? operand_id(args, 0, &status) : -1;
	if (id < 0)
		return status;
	rc = shmbox_attach(id, SHMBOX_READ_ONLY, &map);
	if (rc < 0)
		return failed_to_read(rc, args->words[0], id);
	listing.views = calloc((size_t)listing.count, sizeof(*listing.views));
	status = listing.views ? peek(args, &listing) : out_of_memory();
	for (int i = listing.count - 1; listing.views && i >= 0; i--) {
		free(listing.views[i].before);
		free(listing.views[i].now);
	}
	free(listing.views);
	shmbox_detach(&map);
	return status;
}

const struct applet applet_shmpeek = {
	.name = "shmpeek",
	.summary = "print typed values in a segment",
	.operands = "SEGMENT FIELD...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
};
