/* SPDX-License-Identifier: MIT */
/* view.c - the head and the table of a live view, printed to output */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/column.h"
#include "list/limits.h"
#include "list/processes.h"
#include "live/view.h"
#include "text/io.h"
#include "text/text.h"

/* ---- the head ---- */

/* Prints how much of a limit is in use; a percentage only if it is nearly full. */
static void print_limit(const struct round *round, uint64_t used, uint64_t limit)
{
	uint64_t percent = percent_used(used, limit);

	if (!round->has_limits)
		fputs(" of ?", output);
	else if (is_unlimited(limit))
		fputs(" of unlimited", output);
	else
		fprintf(output, " of %llu", (unsigned long long)limit);
	if (round->has_limits && *fullness(percent))
		fprintf(output, " (%llu%%)%s", (unsigned long long)percent,
		        fullness(percent));
}

static void print_segments(const struct round *round)
{
	char size[TEXT_MAX];

	fprintf(output, "segments %d", round->total);
	if (round->everywhere)
		fprintf(output, " in %d namespaces", round->namespaces);
	else
		print_limit(round, (uint64_t)round->total, round->limits.max_segments);
	fprintf(output, "  orphans %d", round->orphans);
	if (round->orphans)
		fprintf(output, " (%s)", text_size(size, round->orphan_bytes));
	if (round->unknown)
		fprintf(output, "  unknown %d", round->unknown);
	if (round->marked)
		fprintf(output, "  removed %d", round->marked);
	putc('\n', output);
}

/* The kernel's sum is wrong with huge pages, and the rows are all segments only without a filter. */
static int64_t sum_resident(const struct round *round)
{
	int64_t sum = 0;

	if (!round->everywhere && round->has_limits && round->limits.resident >= 0)
		return round->limits.resident;
	if (round->changes.now_count == 0)
		return 0;
	for (int i = 0; i < round->changes.now_count && sum >= 0; i++) {
		int64_t resident = round->changes.now[i].info.resident;

		sum = resident < 0 ? SHMBOX_UNKNOWN : sum + resident;
	}
	return sum;
}

static void print_memory(const struct round *round)
{
	const struct shmbox_limits *limits = &round->limits;
	int64_t resident = sum_resident(round);
	bool here = !round->everywhere;
	char size[TEXT_MAX];

	if (here && round->has_limits)
		fprintf(output, "pages %llu", (unsigned long long)limits->pages);
	else if (here)
		fputs("pages ?", output);
	if (here)
		print_limit(round, limits->pages, limits->max_pages);
	fprintf(output, "%sresident %s", here ? "  " : "",
	        resident < 0 ? "?" : text_size(size, (uint64_t)resident));
	if (here)
		fprintf(output, "  swapped %s",
		        round->has_limits ? text_size(size, limits->swapped) : "?");
	putc('\n', output);
}

static bool has_pages(const struct round *round)
{
	for (int i = 0; i < round->limits.pool_count; i++) {
		if (round->limits.pools[i].total)
			return true;
	}
	return false;
}

static void print_pools(const struct round *round)
{
	const char *before = "huge pages";

	for (int i = 0; i < round->limits.pool_count; i++) {
		const struct shmbox_pool *pool = &round->limits.pools[i];
		unsigned long long used = pool->total - pool->free + pool->reserved;
		char size[TEXT_MAX];

		if (!pool->total)
			continue;
		fprintf(output, "%s of %s ", before, text_size(size, pool->page_size));
		fprintf(output, "%llu of %llu (%llu%%)", used,
		        (unsigned long long)pool->total,
		        (unsigned long long)percent_used(used, pool->total));
		before = ",";
	}
	putc('\n', output);
}

static void print_state(const struct round *round)
{
	char now[TEXT_MAX];

	fputs(text_time(now, round->selection.listing.now), output);
	if (*round->order)
		fprintf(output, "  sorted by %s", round->order);
	if (round->filter.orphan)
		fputs("  orphans only", output);
	putc('\n', output);
}

int view_head_lines(const struct round *round)
{
	return 2 + round->with_state + has_pages(round);
}

void view_head(const struct round *round, int most)
{
	if (most > 0)
		print_segments(round);
	if (most > 1)
		print_memory(round);
	if (most > 2 && round->with_state)
		print_state(round);
	if (most > 2 + round->with_state && has_pages(round))
		print_pools(round);
}

/* ---- the table ---- */

/* Writes what has happened to a segment, in at most 7 bytes; returns its colour. */
static enum colour write_change(char *out, int events, const struct shmbox_info *info,
                                const struct shmbox_info *before)
{
	static const char words[][8] = { "gone", "new", "owner", "mode" };
	const int first = IS_MARKED | IS_ATTACHED | IS_DETACHED;

	stpcpy(out, "-");
	for (int i = 0; i < 4 && !(events & first); i++) {
		if (events & 1 << i) {
			stpcpy(out, words[i]);
			return i == 0 ? RED : i == 1 ? GREEN : YELLOW;
		}
	}
	if (events & IS_MARKED) {
		stpcpy(out, "marked");
		return RED;
	}
	if (!(events & first))
		return PLAIN;
	snprintf(out, TEXT_MAX, "%+lld", (long long)(info->attached - before->attached));
	return YELLOW;
}

/* Writes how many bytes a second came into memory, or left it. */
static void write_rate(char *out, int64_t elapsed, const struct shmbox_info *info,
                       const struct shmbox_info *before)
{
	double seconds = (double)elapsed / 1e9;
	int64_t more = before ? info->resident - before->resident : 0;

	if (before && (info->resident < 0 || before->resident < 0))
		stpcpy(out, "?");
	else if (!more)
		stpcpy(out, "-");
	else {
		*out = more < 0 ? '-' : '+';
		text_size(out + 1,
		          (uint64_t)((double)(more < 0 ? -more : more) / seconds));
	}
}

/* Returns the index of the column that the rate follows, or -1. */
static int rated_column(const struct columns *columns)
{
	for (int i = 0; i < columns->count; i++) {
		if (strcmp(columns->rows[i]->name, "rss") == 0)
			return i;
	}
	return -1;
}

static void add_headings(struct sheet *sheet, const struct columns *columns)
{
	int rated = rated_column(columns);
	int next = 1;

	sheet->columns = columns->count + 1 + (rated >= 0);
	sheet_add(sheet, "CHANGE", PLAIN);
	for (int i = 0; i < columns->count; i++) {
		if (column_is_number(columns->rows[i]))
			sheet->numbers |= UINT64_C(1) << next;
		sheet_add(sheet, columns->rows[i]->heading, PLAIN);
		next++;
		if (i == rated) {
			sheet->numbers |= UINT64_C(1) << next++;
			sheet_add(sheet, "RSS/S", PLAIN);
		}
	}
}

static void add_row(struct sheet *sheet, struct round *round,
                    const struct shmbox_info *info)
{
	const struct columns *columns = &round->columns;
	struct listing *listing = &round->selection.listing;
	const struct shmbox_info *before;
	int events = changes_of(&round->changes, info, &before);
	char text[TEXT_MAX];
	enum colour colour = write_change(text, events, info, before);
	int rated = rated_column(columns);

	sheet_add(sheet, text, colour);
	for (int i = 0; i < columns->count; i++) {
		sheet_add_cell(sheet, columns->rows[i], info, listing,
		               i == columns->count - 1);
		if (i != rated)
			continue;
		write_rate(text, round->changes.elapsed, info,
		           events == IS_REMOVED ? NULL : before);
		sheet_add(sheet, text, PLAIN);
	}
}

int view_table(struct round *round, int first, int count)
{
	struct sheet sheet = { 0 };

	add_headings(&sheet, &round->columns);
	for (int i = first; i < first + count; i++)
		add_row(&sheet, round, &round->selection.infos[i]);
	return sheet_print(&sheet) ? STATUS_OK : out_of_memory();
}

/* ---- one segment ---- */

static int print_segment(const struct round *round, struct shmbox_info *info)
{
	const struct columns columns = columns_all();
	struct listing listing = { .idle = round->idle };
	struct sheet sheet = { 0 };
	struct holding holding;

	listing_read(&listing, info, 1, columns_needs(&columns));
	listing.now = time(NULL);
	print_facts(&columns, info, &listing);
	holding = listing_holding(&listing, info);
	putc('\n', output);
	if (!info->attached)
		fputs("not attached\n", output);
	else if (!holding.complete)
		fprintf(output, "%d of %llu attaches visible\n", holding.mappings,
		        (unsigned long long)info->attached);
	processes_rows(&sheet, false, info->id, &holding);
	listing_end(&listing);
	return sheet_print(&sheet) ? STATUS_OK : out_of_memory();
}

int view_segment(const struct round *round, const struct shmbox_info *info)
{
	struct shmbox_info now;
	int status = STATUS_OK;
	int rc = round_visit(round, info);

	if (rc < 0)
		fputs("cannot enter its IPC namespace\n", output);
	else if (shmbox_stat(info->id, &now) < 0 || shmbox_is_gone(info) > 0)
		fprintf(output, "%d: no such segment\n", info->id);
	else
		status = print_segment(round, &now);
	round_return(round);
	return status;
}
