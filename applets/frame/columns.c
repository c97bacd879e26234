/* columns.c - the columns: name, heading, meaning, and how each is filled */

#include "column.h"
#include "frame.h"

static void get_id(const struct look *look, struct cell *cell)
{
	cell->number = (uint64_t)look->info->id;
}

static void get_key(const struct look *look, struct cell *cell)
{
	cell->number = (uint32_t)look->info->key;
}

static void get_owner(const struct look *look, struct cell *cell)
{
	if (!look->sight->named || look->sight->uid != look->info->owner_uid) {
		text_user(look->sight->name, look->info->owner_uid);
		look->sight->uid = look->info->owner_uid;
		look->sight->named = true;
	}
	snprintf(cell->text, sizeof(cell->text), "%s", look->sight->name);
}

static void get_perms(const struct look *look, struct cell *cell)
{
	text_mode(cell->text, look->info->mode);
}

static void get_size(const struct look *look, struct cell *cell)
{
	cell->number = look->info->size;
}

static void get_nattch(const struct look *look, struct cell *cell)
{
	cell->number = look->info->attached;
}

static void get_status(const struct look *look, struct cell *cell)
{
	snprintf(cell->text, sizeof(cell->text), "%s%s%s",
	         look->info->removed ? "removed" : "",
	         look->info->removed && look->info->locked ? "," : "",
	         look->info->locked ? "locked" : "");
}

/* What the kernel reports as a signed number, -1 being "unknown". */
static void known(struct cell *cell, int64_t number)
{
	cell->unknown = number < 0;
	cell->number = number < 0 ? 0 : (uint64_t)number;
}

static void get_ctime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->change_time);
}

static void get_atime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->attach_time);
}

static void get_dtime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->detach_time);
}

/* pid 0 is a process of another pid namespace: there is one, but not for us. */
static void get_cpid(const struct look *look, struct cell *cell)
{
	known(cell, look->info->creator_pid ? look->info->creator_pid : SHMBOX_UNKNOWN);
}

/* Here 0 may also mean that nobody ever attached it. */
static void get_lpid(const struct look *look, struct cell *cell)
{
	bool used = look->info->attach_time || look->info->detach_time;

	known(cell,
	      look->info->last_pid || !used ? look->info->last_pid : SHMBOX_UNKNOWN);
}

static void get_uid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->owner_uid;
}

static void get_gid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->owner_gid;
}

static void get_cuid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->creator_uid;
}

static void get_cgid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->creator_gid;
}

static void get_command(const struct look *look, struct cell *cell)
{
	struct sight *sight = look->sight;
	pid_t creator = look->info->creator_pid;

	if (sight->creator != creator || !creator) {
		sight->found = shmbox_process_name(creator, sight->command);
		sight->creator = creator;
	}
	/* a creator that has ended has no name, which is not the same as an unknown one */
	cell->unknown = sight->found == -ENOENT;
	snprintf(cell->text, sizeof(cell->text), "%s",
	         sight->found == 0 ? sight->command : "");
}

static void get_rss(const struct look *look, struct cell *cell)
{
	known(cell, look->info->resident);
}

static void get_swap(const struct look *look, struct cell *cell)
{
	known(cell, look->info->swapped);
}

static void get_age(const struct look *look, struct cell *cell)
{
	known(cell, look->sight->now - look->info->change_time);
}

int64_t idle_seconds(const struct shmbox_info *info, int64_t now)
{
	int64_t latest = info->change_time;

	if (info->attach_time > latest)
		latest = info->attach_time;
	if (info->detach_time > latest)
		latest = info->detach_time;
	return now < latest ? SHMBOX_UNKNOWN : now - latest;
}

static void get_idle(const struct look *look, struct cell *cell)
{
	known(cell, idle_seconds(look->info, look->sight->now));
}

static void get_locked(const struct look *look, struct cell *cell)
{
	cell->number = look->info->locked;
}

static const struct column columns[] = {
	{ "id", "ID", CELL_NUMBER, get_id, "number by which system calls know it" },
	{ "key", "KEY", CELL_KEY, get_key, "number by which programs find it" },
	{ "owner", "OWNER", CELL_TEXT, get_owner, "user who owns it" },
	{ "perms", "PERMS", CELL_TEXT, get_perms, "permissions" },
	{ "size", "SIZE", CELL_SIZE, get_size, "size" },
	{ "nattch", "ATTACHED", CELL_NUMBER, get_nattch, "how often it is attached" },
	{ "status", "STATUS", CELL_LIST, get_status,
	  "removed: marked for removal; locked: never in swap" },
	{ "ctime", "CHANGED", CELL_TIME, get_ctime,
	  "when it was made, or its owner or mode changed" },
	{ "cpid", "CPID", CELL_NUMBER, get_cpid, "process that made it" },
	{ "lpid", "LPID", CELL_NUMBER, get_lpid,
	  "process that attached or detached it last" },
	{ "uid", "UID", CELL_NUMBER, get_uid, "owner's user number" },
	{ "gid", "GID", CELL_NUMBER, get_gid, "owner's group number" },
	{ "cuid", "CUID", CELL_NUMBER, get_cuid, "creator's user number" },
	{ "cgid", "CGID", CELL_NUMBER, get_cgid, "creator's group number" },
	{ "atime", "ATTACHED-AT", CELL_TIME, get_atime, "when it was attached last" },
	{ "dtime", "DETACHED-AT", CELL_TIME, get_dtime, "when it was detached last" },
	{ "command", "COMMAND", CELL_TEXT, get_command,
	  "name of the process that made it, while that lives" },
	{ "rss", "RSS", CELL_SIZE, get_rss, "bytes of it in memory" },
	{ "swap", "SWAP", CELL_SIZE, get_swap, "bytes of it in swap" },
	{ "age", "AGE", CELL_AGE, get_age, "time since ctime" },
	{ "idle", "IDLE", CELL_AGE, get_idle,
	  "time since the latest of atime, dtime and ctime" },
	{ "locked", "LOCKED", CELL_BOOL, get_locked,
	  "whether its pages are kept out of swap" },
};

static const int column_count = sizeof(columns) / sizeof(*columns);
static_assert(sizeof(columns) / sizeof(*columns) <= MAX_COLUMNS,
              "struct columns has no room");

const struct column *column_at(const char *name, size_t length)
{
	for (int i = 0; i < column_count; i++) {
		if (strlen(columns[i].name) == length &&
		    strncmp(columns[i].name, name, length) == 0)
			return &columns[i];
	}
	return NULL;
}

const struct column *column_named(const char *name)
{
	return column_at(name, strlen(name));
}

struct columns columns_named(const char *list)
{
	struct columns chosen = { 0 };

	while (*list) {
		size_t length = strcspn(list, ",");

		chosen.rows[chosen.count++] = column_at(list, length);
		list += length + (list[length] == ',');
	}
	return chosen;
}

struct columns columns_all(void)
{
	struct columns all = { .count = column_count };

	for (int i = 0; i < column_count; i++)
		all.rows[i] = &columns[i];
	return all;
}

bool columns_need_memory(const struct columns *chosen)
{
	for (int i = 0; i < chosen->count; i++) {
		if (chosen->rows[i]->get == get_rss || chosen->rows[i]->get == get_swap)
			return true;
	}
	return false;
}

void column_names(char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, "columns are");

	for (int i = 0; i < column_count; i++)
		used += (size_t)snprintf(out + used, size - used, " %s", columns[i].name);
}

void columns_describe(void)
{
	for (int i = 0; i < column_count; i++)
		printf("column\t%s\t%s\n", columns[i].name, columns[i].help);
}

struct cell column_cell(const struct column *column, const struct shmbox_info *info,
                        struct sight *sight)
{
	struct cell cell;

	cell.kind = column->kind;
	cell.unknown = false;
	cell.number = 0;
	cell.text[0] = '\0';
	column->get(&(struct look){ info, sight }, &cell);
	return cell;
}
