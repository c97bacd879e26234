/* SPDX-License-Identifier: MIT */
/* dump.c - segments into an archive */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag/diag.h"
#include "text/io.h"
#include "text/text.h"
#include "work/copy.h"
#include "work/dump.h"
#include "work/progress.h"
#include "work/task.h"

struct dumping {
	struct dumped *list;
	size_t count;
	const struct dump_options *options;
	const char *name; /* of the output */
	struct shmbox_dump dump;
	struct task task;
};

static int put(void *context, const void *bytes, size_t length)
{
	struct dumping *dumping = context;
	const char *from = bytes;

	while (length > 0) {
		ssize_t written = write_some(dumping->dump.fd, from, length);

		if (written < 0 && written != -EINTR)
			return (int)written;
		if (written > 0) {
			from += written;
			length -= (size_t)written;
		}
		/* a signal also ends a write of which a part is done */
		if (length > 0)
			progress_report(&dumping->task);
	}
	return 0;
}

static int open_segment(const struct dumping *dumping, const struct dumped *segment,
                        struct shmbox_map *map)
{
	int id = segment->info.id;
	int rc = dumping->options->borrow ? shmbox_borrow(id, map)
	                                  : shmbox_attach(id, SHMBOX_READ_ONLY, map);

	if (rc == 0)
		return STATUS_OK;
	return dumping->options->borrow ? failed_on(SHMBOX_BORROW, rc, segment->word, id)
	                                : failed_to_read(rc, segment->word, id);
}

/* The incomplete archive lacks its end, so every reader of it reports that it is cut off. */
static int output_failed_with(const struct dumping *dumping, int rc)
{
	char words[TEXT_MAX];

	if (rc == -EBADF)
		return failed_io(dumping->name, rc);
	return fail(STATUS_FAILED, dumping->name, "%s: %llu bytes written",
	            io_words(words, rc), (unsigned long long)dumping->dump.written);
}

static int write_segment(struct dumping *dumping, const struct dumped *segment,
                         const struct shmbox_map *map)
{
	struct shmbox_member member;
	int rc;

	shmbox_dump_describe(&segment->info, &member);
	member.size = map->size;
	text_user(member.user, segment->info.owner_uid);
	text_group(member.group, segment->info.owner_gid);
	dumping->task.object = segment->word;
	rc = shmbox_dump_segment(&dumping->dump, &member, map, &dumping->task.job);
	task_next(&dumping->task);
	if (rc == -ESRCH)
		return failed_on(SHMBOX_BORROW, rc, segment->word, map->id);
	if (rc == -EFAULT || rc == -ENOMEM)
		return failed_on(SHMBOX_READ, rc, segment->word, map->id);
	return rc < 0 ? output_failed_with(dumping, rc) : STATUS_OK;
}

/* A copy has ordinary pages, so the size of huge pages is taken from the segment now. */
static void find_huge_pages(struct dumped *segment)
{
	struct shmbox_holder *held;
	int count = shmbox_held_by(getpid(), &held);

	for (int i = 0; i < count; i++) {
		if (held[i].id == segment->info.id)
			segment->info.huge_page = held[i].huge_page;
	}
	free(held);
}

/* A process that writes during the dump may leave a half-written change in the archive. */
static void warn_if_attached(const struct dumped *segment)
{
	unsigned long long times = segment->info.attached;

	if (times > 0)
		note(segment->word,
		     "attached %llu time%s: its content may mix moments (see --freeze)",
		     times, times == 1 ? "" : "s");
}

static int dump_one(struct dumping *dumping, struct dumped *segment)
{
	struct task copying = { .object = segment->word };
	struct shmbox_map map;
	int status = open_segment(dumping, segment, &map);

	if (status != STATUS_OK)
		return status;
	if (!dumping->options->stable) {
		warn_if_attached(segment);
		status = write_segment(dumping, segment, &map);
		shmbox_detach(&map);
		return status;
	}
	find_huge_pages(segment);
	copying.job.length = map.size;
	status = replace_by_copy(&map, &copying, false);
	if (status == STATUS_OK)
		status = write_segment(dumping, segment, &map);
	shmbox_detach(&map);
	return status;
}

/* Copies all segments at one point in time. */
static int freeze_all(struct dumping *dumping, struct shmbox_map *maps,
                      struct shmbox_map *copies, const char **words)
{
	size_t opened = 0;
	int status = STATUS_OK;

	while (status == STATUS_OK && opened < dumping->count) {
		words[opened] = dumping->list[opened].word;
		status = open_segment(dumping, &dumping->list[opened], &maps[opened]);
		if (status == STATUS_OK)
			find_huge_pages(&dumping->list[opened++]);
	}
	if (status == STATUS_OK)
		status = freeze_and_copy_all(maps, copies, words, dumping->count);
	while (opened > 0)
		shmbox_detach(&maps[--opened]);
	return status;
}

static int write_copies(struct dumping *dumping, struct shmbox_map *copies)
{
	int status = STATUS_OK;

	for (size_t i = 0; i < dumping->count; i++) {
		if (status == STATUS_OK)
			status = write_segment(dumping, &dumping->list[i], &copies[i]);
		shmbox_detach(&copies[i]);
	}
	return status;
}

static int dump_frozen(struct dumping *dumping)
{
	size_t count = dumping->count;
	struct shmbox_map *maps = calloc(count, sizeof(*maps));
	struct shmbox_map *copies = calloc(count, sizeof(*copies));
	const char **words = calloc(count, sizeof(*words));
	int status;

	if (maps && copies && words) {
		status = freeze_all(dumping, maps, copies, words);
		if (status == STATUS_OK)
			status = write_copies(dumping, copies);
	} else {
		status = out_of_memory();
	}
	free(words);
	free(copies);
	free(maps);
	return status;
}

static int dump_each(struct dumping *dumping)
{
	int status = STATUS_OK;

	if (dumping->options->freeze && dumping->count)
		return dump_frozen(dumping);
	for (size_t i = 0; status == STATUS_OK && i < dumping->count; i++)
		status = dump_one(dumping, &dumping->list[i]);
	return status;
}

int dump_all(struct dumped *list, size_t count, const struct dump_options *options,
             int fd, const char *name)
{
	struct dumping dumping = {
		.list = list,
		.count = count,
		.options = options,
		.name = name,
		.dump = { .put = put, .fd = fd, .flags = options->flags },
		.task = {
			.progress = options->progress,
			.verbose = options->verbose,
		},
	};
	int status;
	int rc;

	dumping.dump.context = &dumping;
	if (shmbox_dump_begin(&dumping.dump) < 0)
		return out_of_memory();
	for (size_t i = 0; i < count; i++)
		dumping.task.total += list[i].info.size;
	task_begin(&dumping.task);
	status = dump_each(&dumping);
	dumping.task.object = name;
	if (status == STATUS_OK) {
		rc = shmbox_dump_finish(&dumping.dump);
		if (rc < 0)
			status = output_failed_with(&dumping, rc);
	}
	task_end(&dumping.task);
	shmbox_dump_end(&dumping.dump);
	return status;
}
