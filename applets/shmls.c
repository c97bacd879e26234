/* shmls - list segments */

#include <time.h>

#include "applet.h"
#include "columns.h"

enum {
	OPT_OUTPUT,
	OPT_SORT,
	OPT_JSON,
	OPT_NOHEADINGS,
	OPT_BYTES,
	OPT_IDS,
	OPT_UNATTACHED,
	OPT_REMOVED,
	OPT_OWNER,
	OPT_KEY,
	OPT_MIN_SIZE,
	OPT_IDLE,
};

static const struct opt options[] = {
	[OPT_OUTPUT] = { 'o', "output", KIND_COLUMNS, "show these columns" },
	[OPT_SORT] = { 's', "sort", KIND_COLUMN,
	               "sort by this column; -NAME: descending" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_NOHEADINGS] = { 'y', "noheadings", KIND_SWITCH, "no line of headings" },
	[OPT_BYTES] = { 'b', "bytes", KIND_SWITCH, "sizes in bytes" },
	[OPT_IDS] = { 'Q', "ids", KIND_SWITCH, "print ids alone" },
	[OPT_UNATTACHED] = { 'U', "unattached", KIND_SWITCH,
	                     "only segments that nobody has attached" },
	[OPT_REMOVED] = { 'R', "removed", KIND_SWITCH,
	                  "only segments marked for removal" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER, "only segments of this owner" },
	[OPT_KEY] = { 'k', "key", KIND_KEY, "only the segment with this key" },
	[OPT_MIN_SIZE] = { 'M', "min-size", KIND_SIZE,
	                   "only segments at least this large" },
	[OPT_IDLE] = { 'I', "idle", KIND_DURATION,
	               "only segments untouched for at least this long" },
	{ 0 },
};

static const char table_columns[] =
	"id,key,owner,perms,size,rss,nattch,status,age,command";
static const uint64_t second = 1000000000;

struct listing {
	struct shmbox_info *infos;
	int count;
};

static bool wanted(const struct args *args, const struct shmbox_info *info, key_t key,
                   int64_t now)
{
	const struct owner *owner = &args->option[OPT_OWNER].owner;
	int64_t idle = idle_seconds(info, now);

	if (args->seen[OPT_UNATTACHED] && info->attached)
		return false;
	if (args->seen[OPT_REMOVED] && !info->removed)
		return false;
	if (owner->has_user && info->owner_uid != owner->user)
		return false;
	if (owner->has_group && info->owner_gid != owner->group)
		return false;
	if (args->seen[OPT_KEY] && info->key != key)
		return false;
	if (info->size < args_size(args, OPT_MIN_SIZE, 0))
		return false;
	/* for how long is unknown, so it cannot be said to be long enough */
	return !args->seen[OPT_IDLE] ||
	       (idle >= 0 &&
	        (uint64_t)idle >= (args_size(args, OPT_IDLE, 0) + second - 1) / second);
}

static void filter(const struct args *args, struct listing *listing, key_t key,
                   int64_t now)
{
	int kept = 0;

	for (int i = 0; listing->infos && i < listing->count; i++) {
		if (wanted(args, &listing->infos[i], key, now))
			listing->infos[kept++] = listing->infos[i];
	}
	listing->count = kept;
}

static struct columns choose_columns(const struct args *args)
{
	if (args->seen[OPT_OUTPUT])
		return columns_named(args_text(args, OPT_OUTPUT, ""));
	return args->seen[OPT_JSON] ? columns_all() : columns_named(table_columns);
}

static int show(const struct args *args, struct listing *listing, struct sight *sight)
{
	const struct columns columns = choose_columns(args);
	const char *order = args_text(args, OPT_SORT, NULL);
	const struct columns sorted = columns_named(order ? order + (*order == '-') : "");
	bool headings = !args->seen[OPT_NOHEADINGS];
	int status = STATUS_OK;

	/* without /proc these stay unknown, and are shown as that */
	if (columns_need_memory(&columns) || columns_need_memory(&sorted))
		shmbox_memory(listing->infos, (size_t)listing->count);
	if (order)
		status = sort_by_column(listing->infos, listing->count, order, sight);
	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_IDS]) {
		for (int i = 0; i < listing->count; i++)
			printf("%d\n", listing->infos[i].id);
		return STATUS_OK;
	}
	if (!args->seen[OPT_JSON])
		return print_table(&columns, listing->infos, listing->count, headings,
		                   sight);
	print_json(&columns, listing->infos, listing->count, sight);
	return STATUS_OK;
}

static int run(const struct args *args)
{
	struct sight sight = { .bytes = args->seen[OPT_BYTES] };
	struct listing listing = { 0 };
	key_t key = 0;
	int status = args_key(args, OPT_KEY, &key);

	if (args->seen[OPT_IDS] && (args->seen[OPT_OUTPUT] || args->seen[OPT_JSON]))
		return misuse(NULL,
		              "--ids is a list of its own: not with --output or --json");
	if (status != STATUS_OK)
		return status;
	if (args->count) {
		status = stat_operands(args, &listing.infos, &listing.count);
	} else {
		listing.count = shmbox_list(&listing.infos);
		if (listing.count < 0)
			return failed(SHMBOX_LIST, listing.count, NULL, NULL);
	}
	/* not before: what was made meanwhile would come from the future */
	sight.now = time(NULL);
	filter(args, &listing, key, sight.now);
	/* headings over nothing would say that there is nothing, which is not what failed */
	if (listing.count || status == STATUS_OK || args->seen[OPT_JSON]) {
		status = status_join(status, show(args, &listing, &sight));
	}
	free(listing.infos);
	return status;
}

const struct applet applet_shmls = {
	.name = "shmls",
	.summary = "list segments",
	.operands = "[SEGMENT...]",
	.options = options,
	.run = run,
};
