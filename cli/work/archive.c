/* SPDX-License-Identifier: MIT */
/* archive.c - an archive of segments that is read */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag/diag.h"
#include "text/io.h"
#include "work/archive.h"
#include "work/child.h"
#include "work/progress.h"

enum { NAMES_MAX = 64 };

static int64_t get(void *context, void *bytes, size_t length)
{
	struct archive *archive = context;
	ssize_t got = read_some(archive->fd, bytes, length);

	if (got == -EINTR && archive->shared->task.job.progress)
		progress_report(&archive->shared->task);
	return got;
}

int archive_open(struct archive *archive, const char *path)
{
	bool standard = !path || strcmp(path, "-") == 0;
	struct stat st;

	archive->name = standard ? "standard input" : path;
	archive->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (archive->fd < 0)
		return failed_io(path, -errno);
	if (standard && isatty(STDIN_FILENO))
		return misuse("standard input", "is a terminal; name an archive");
	archive->shared = shared_memory(sizeof(*archive->shared));
	if (!archive->shared)
		return out_of_memory();
	archive->start = lseek(archive->fd, 0, SEEK_CUR);
	archive->is_file = fstat(archive->fd, &st) == 0 && S_ISREG(st.st_mode) &&
	                   archive->start >= 0;
	return STATUS_OK;
}

int archive_begin(struct archive *archive, unsigned flags)
{
	struct shmbox_restore *reader = &archive->shared->reader;

	shmbox_restore_end(reader);
	if (archive->is_file && lseek(archive->fd, archive->start, SEEK_SET) < 0)
		return failed_io(archive->name, -errno);
	*reader = (struct shmbox_restore){
		.get = get,
		.context = archive,
		.fd = archive->fd,
		.flags = flags | SHMBOX_FROM_STDIN,
	};
	archive->found = 0;
	archive->member.name[0] = '\0';
	return shmbox_restore_begin(reader) < 0 ? out_of_memory() : STATUS_OK;
}

void archive_close(struct archive *archive)
{
	if (archive->shared) {
		shmbox_restore_end(&archive->shared->reader);
		free_shared(archive->shared, sizeof(*archive->shared));
	}
	if (archive->fd > STDIN_FILENO)
		close(archive->fd);
}

int archive_failed(const struct archive *archive, int rc)
{
	const struct shmbox_restore *reader = &archive->shared->reader;
	unsigned long long place = reader->place;

	if (rc == -ENOMEM)
		return out_of_memory();
	if (rc != -EBADMSG)
		return failed_io(archive->name, rc);
	if (!reader->about[0])
		return fail(STATUS_FAILED, archive->name, "%s (at byte %llu)",
		            reader->problem, place);
	return fail(STATUS_FAILED, archive->name, "%.100s: %s (at byte %llu)",
	            reader->about, reader->problem, place);
}

/* True if --only names the member, or is not given. Notes that the name was found. */
static bool is_wanted(struct archive *archive)
{
	const char *at = archive->only;
	size_t whole = strlen(archive->member.name);

	for (int i = 0; at && i < NAMES_MAX; i++) {
		size_t length = strcspn(at, ",");

		if (length == whole && memcmp(at, archive->member.name, length) == 0) {
			archive->found |= UINT64_C(1) << i;
			return true;
		}
		at = at[length] ? at + length + 1 : NULL;
	}
	return !archive->only;
}

/* Reports the names of --only that the archive does not contain. */
static int check_names(const struct archive *archive)
{
	const char *at = archive->only;
	int status = STATUS_OK;

	for (int i = 0; at; i++) {
		size_t length = strcspn(at, ",");

		if (i == NAMES_MAX)
			return fail(STATUS_FAILED, "--only", "more than %d names",
			            NAMES_MAX);
		if (!(archive->found >> i & 1)) {
			status = fail(STATUS_MISSING, archive->name,
			              "no member is named %.*s", (int)length, at);
			hint("use --list to see the names");
		}
		at = at[length] ? at + length + 1 : NULL;
	}
	return status;
}

int archive_next(struct archive *archive, int *status)
{
	int rc;

	do
		rc = shmbox_restore_next(&archive->shared->reader, &archive->member);
	while (rc == 1 && !is_wanted(archive));
	if (rc < 0)
		*status = archive_failed(archive, rc);
	else if (rc == 0)
		*status = check_names(archive);
	return rc == 1;
}
