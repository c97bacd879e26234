/* SPDX-License-Identifier: MIT */
/* main.c - choose the applet by the name of the program, and run it */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "diag/diag.h"
#include "parse/args.h"
#include "program/priv.h"
#include "program/program.h"
#include "text/io.h"
#include "work/path.h"

enum { LINKS = 40 };

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Follows a chain of links with any names to the first that has the name of an applet. A
 * separate function, so that its paths take no room on the stack of main().
 */
__attribute__((noinline)) static const struct applet *follow_links(const char *name)
{
	char path[PATH_ROOM];
	char target[PATH_ROOM];

	if (strlen(name) >= sizeof(path) ||
	    (!strchr(name, '/') && !search_path(name, path)))
		return NULL;
	if (strchr(name, '/'))
		memcpy(path, name, strlen(name) + 1);
	for (int i = 0; i < LINKS; i++) {
		ssize_t length = readlink(path, target, sizeof(target) - 1);
		const struct applet *applet;
		size_t stem = 0;

		if (length <= 0)
			return NULL;
		target[length] = '\0';
		applet = find_applet(base_name(target));
		if (applet)
			return applet;
		if (target[0] != '/')
			stem = (size_t)(base_name(path) - path);
		if (stem + (size_t)length >= sizeof(path))
			return NULL;
		memcpy(path + stem, target, (size_t)length + 1);
	}
	return NULL;
}

/*
 * Returns the applet that argv names, and in *skip the number of words before its own.
 * Returns NULL if *name is unknown.
 */
static const struct applet *choose(int argc, char **argv, const char **name, int *skip)
{
	*name = argc > 0 ? base_name(argv[0]) : "shmbox";
	*skip = 0;
	if (strncmp(*name, "shmbox", strlen("shmbox")) != 0)
		return find_applet(*name);
	if (argc < 2 || argv[1][0] == '-')
		return &applet_shmbox;
	*name = argv[1];
	*skip = 1;
	return strcmp(*name, "help") == 0 ? &applet_help : find_word(*name);
}

/* A file must not become descriptor 1 because whoever started us had closed it. */
static void occupy_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/*
		 * with O_PATH, reads and writes fail with EBADF, as on a closed
		 * descriptor
		 */
		if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH | O_CLOEXEC) < 0)
			return;
	}
}

static int run(const struct applet *applet, int argc, char **argv)
{
	struct args args;
	int status = args_parse(&args, applet, argc, argv);

	if (status == STATUS_OK)
		status = applet->run(&args);
	else if (status == ASKS_HELP)
		help_print(applet, applet == &applet_shmbox ? applets : NULL);
	else if (status == ASKS_VERSION)
		help_version();
	args_free(&args);
	return status;
}

int main(int argc, char **argv)
{
	const char *name;
	const struct applet *applet;
	int skip;
	int status;
	int rc;

	protect_relocated();
	occupy_standard_streams();
	output_begin();
	applet = choose(argc, argv, &name, &skip);
	rc = priv_reduce(applet ? applet->capabilities : 0);
	if (rc < 0)
		finish(failed_io("cannot drop privileges", rc));
	/* after privileges were dropped: the links may belong to any user */
	if (!applet && skip == 0)
		applet = follow_links(argv[0]);
	if (!applet)
		finish(refuse_applet(name));
	diag_name(applet->name);
	status = run(applet, argc - skip, argv + skip);
	finish(status < 0 ? STATUS_OK : status);
}
