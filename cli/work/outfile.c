/* SPDX-License-Identifier: MIT */
/* outfile.c - a file that is there only when all of it is written */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag/diag.h"
#include "work/outfile.h"

static int refuse_existing(const char *path)
{
	fail(STATUS_EXISTS, path, "the file exists");
	hint("--force replaces it");
	return STATUS_EXISTS;
}

int outfile_open(struct outfile *file, const char *path, bool replace)
{
	sigset_t before;
	struct stat st;
	bool there = lstat(path, &st) == 0;

	*file = (struct outfile){ .path = path, .replace = replace, .fd = -1 };
	if (there && !S_ISREG(st.st_mode))
		return fail(STATUS_FAILED, path, "not a regular file");
	if (there && !replace)
		return refuse_existing(path);
	if (strlen(path) >= PATH_ROOM)
		return failed_io(path, -ENAMETOOLONG);
	snprintf(file->name, sizeof(file->name), "%s.XXXXXX", path);
	new_segment_begin(&before);
	/* readable for its owner alone, as segments often are */
	file->fd = mkostemp(file->name, O_CLOEXEC);
	file->unfinished.file = file->name;
	if (file->fd >= 0)
		unfinished_begin(&file->unfinished);
	new_segment_end(&before);
	return file->fd < 0 ? failed_io(path, -errno) : STATUS_OK;
}

/* The name of a file survives a crash once its directory is on the disk. */
static void sync_directory(const struct outfile *file)
{
	char name[PATH_ROOM + 8];
	char *slash;
	int fd;

	snprintf(name, sizeof(name), "%s", file->name);
	slash = strrchr(name, '/');
	if (slash)
		slash[1] = '\0';
	fd = open(slash ? name : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

/*
 * link(2) does not replace a file that has been made meanwhile, but some file systems do not
 * have it. A file that cannot lose its first name loses both.
 */
static int give_name(const struct outfile *file)
{
	int rc = 0;

	if (!file->replace && link(file->name, file->path) == 0) {
		if (unlink(file->name) < 0) {
			rc = -errno;
			unlink(file->path);
		}
		return rc;
	}
	if (!file->replace && errno == EEXIST)
		return -EEXIST;
	return rename(file->name, file->path) < 0 ? -errno : 0;
}

int outfile_close(struct outfile *file, int status)
{
	int rc = 0;

	if (file->fd < 0)
		return status;
	if (status == STATUS_OK && fsync(file->fd) < 0 && errno != EINVAL)
		rc = -errno;
	if (close(file->fd) < 0 && rc == 0)
		rc = -errno;
	file->fd = -1;
	if (status == STATUS_OK && rc == 0)
		rc = give_name(file);
	if (status == STATUS_OK && rc == 0) {
		unfinished_end();
		sync_directory(file);
		return STATUS_OK;
	}
	unfinished_remove();
	if (rc == -EEXIST)
		return refuse_existing(file->path);
	return rc < 0 ? failed_io(file->path, rc) : status;
}
