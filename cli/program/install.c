/* SPDX-License-Identifier: MIT */
/* install.c - create links to this binary under the names of the applets */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag/diag.h"
#include "program/program.h"

struct install {
	char binary[PATH_MAX];
	char directory[PATH_MAX];
	struct stat ours;
	bool symbolic;
	bool force;
	bool give_up; /* the other links would fail as well */
};

/* AT_EXECFN is the path of this program, even without /proc. */
static bool find_binary(struct install *install)
{
	const char *started = (const char *)getauxval(AT_EXECFN);

	return started && realpath(started, install->binary) &&
	       stat(install->binary, &install->ours) == 0;
}

/*
 * The target of a symbolic link: only a name if possible, so that the directory can be
 * moved.
 */
static const char *link_text(const struct install *install)
{
	size_t length = strlen(install->directory);

	if (strncmp(install->binary, install->directory, length) == 0 &&
	    install->binary[length] == '/' && !strchr(install->binary + length + 1, '/'))
		return install->binary + length + 1;
	return install->binary;
}

static int make_link(const struct install *install, const char *path)
{
	if (install->symbolic)
		return symlink(link_text(install), path);
	return link(install->binary, path);
}

/*
 * Creates the link under a temporary name and renames it, so that the name always exists.
 */
static int replace(const struct install *install, const char *path)
{
	char temporary[PATH_MAX];
	int length =
		snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid());

	if (length >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	if (make_link(install, temporary) < 0)
		return -errno;
	if (rename(temporary, path) < 0) {
		int error = errno;

		unlink(temporary);
		return -error;
	}
	return 0;
}

static int install_one(struct install *install, const char *name)
{
	char path[PATH_MAX];
	struct stat there;
	struct stat target;
	int status;
	int rc = 0;

	if (snprintf(path, sizeof(path), "%s/%s", install->directory, name) >=
	    (int)sizeof(path))
		return failed_io(install->directory, -ENAMETOOLONG);
	if (strcmp(path, install->binary) == 0)
		return STATUS_OK;
	if (lstat(path, &there) < 0) {
		if (make_link(install, path) < 0)
			rc = -errno;
	} else if (S_ISDIR(there.st_mode)) {
		rc = -EISDIR;
	} else {
		bool ours = stat(path, &target) == 0 &&
		            target.st_ino == install->ours.st_ino &&
		            target.st_dev == install->ours.st_dev;

		if (!ours && !install->force) {
			fail(STATUS_EXISTS, path, "exists and is not shmbox");
			hint("use --force to replace it");
			return STATUS_EXISTS;
		}
		/* rename(2) does nothing between two names of one file */
		if (install->symbolic || !ours || S_ISLNK(there.st_mode))
			rc = replace(install, path);
	}
	if (rc == 0)
		return STATUS_OK;
	status = failed_io(path, rc);
	install->give_up = rc == -EACCES;
	if (install->symbolic || (rc != -EXDEV && rc != -EPERM))
		return status;
	install->give_up = true;
	hint(rc == -EXDEV
	             ? "use --symbolic: a hard link cannot cross file systems"
	             : "use --symbolic: the system refuses a hard link to this file");
	return status;
}

int install_links(const char *directory, bool symbolic, bool force)
{
	struct install install = { .symbolic = symbolic, .force = force };
	struct stat there;
	int status = STATUS_OK;

	if (!find_binary(&install))
		return fail(STATUS_FAILED, NULL, "cannot find the file of this program");
	if (!directory) {
		size_t length = (size_t)(strrchr(install.binary, '/') - install.binary);

		memcpy(install.directory, install.binary, length ? length : 1);
	} else if (!realpath(directory, install.directory)) {
		return failed_io(directory, -errno);
	}
	if (stat(install.directory, &there) == 0 && !S_ISDIR(there.st_mode))
		return failed_io(directory, -ENOTDIR);
	/* paths are composed with a slash in between */
	if (strcmp(install.directory, "/") == 0)
		install.directory[0] = '\0';
	for (const struct applet *const *row = applets; *row && !install.give_up; row++)
		status = status_join(status, install_one(&install, (*row)->name));
	return status;
}
