/* SPDX-License-Identifier: MIT */
/* sweep-files.c - standard input, standard output and the directory of a case */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep-world.h"

enum { INPUT = 5000, PIPED = 50000, MUCH_INPUT = 300000 }; /* bytes */

int file_of(const char *bytes, size_t length)
{
	int fd = memfd_create("sweep", MFD_CLOEXEC);

	if (fd < 0)
		broken("memfd_create");
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written <= 0)
			broken("write");
		bytes += written;
		length -= (size_t)written;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static int pipe_of(const char *bytes, size_t length)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 ||
	    write(ends[1], bytes, length) != (ssize_t)length)
		broken("pipe");
	close(ends[1]);
	return ends[0];
}

/* All segments in an archive; they are removed. */
static int archive(const struct world *world, bool as_pipe)
{
	static char bytes[MUCH_INPUT];
	int file = file_of("", 0);
	pid_t pid = fork();
	ssize_t length;
	int status;

	if (pid == 0) {
		dup2(file, 1);
		execl(world->program, "shmdump", "--all", (char *)NULL);
		_exit(98);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		broken("shmdump");
	for (int i = 0; i < 2; i++)
		shmctl(i, IPC_RMID, NULL);
	lseek(file, 0, SEEK_SET);
	if (!as_pipe)
		return file;
	length = read(file, bytes, sizeof(bytes));
	close(file);
	return pipe_of(bytes, length < 0 ? 0 : (size_t)length);
}

int world_input(const struct world *world)
{
	char *const *setup = world->test->setup;
	static char bytes[LARGE];
	static const char hex[] = "00 01 02 fe\nff 41 42\n";

	if (!bytes[1])
		pattern(bytes, 0, LARGE);
	if (has_word(setup, "in-file"))
		return file_of(bytes, INPUT);
	if (has_word(setup, "in-pipe"))
		return pipe_of(bytes, PIPED);
	if (has_word(setup, "in-big"))
		return file_of(bytes, MUCH_INPUT);
	if (has_word(setup, "in-large"))
		return file_of(bytes, LARGE);
	if (has_word(setup, "in-archive") || has_word(setup, "in-archive-pipe"))
		return archive(world, has_word(setup, "in-archive-pipe"));
	if (has_word(setup, "in-hex"))
		return file_of(hex, sizeof(hex) - 1);
	if (has_word(setup, "in-zeros")) {
		int fd = file_of(bytes, INPUT);

		if (ftruncate(fd, PLAIN - 1) < 0 || pwrite(fd, "x", 1, PLAIN - 1) != 1)
			broken("ftruncate");
		return fd;
	}
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void world_output(struct world *world)
{
	int ends[2];

	world->out_reader = -1;
	if (!has_word(world->test->setup, "out-pipe")) {
		world->out = file_of("", 0);
		return;
	}
	if (pipe2(ends, O_CLOEXEC) < 0)
		broken("pipe");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	world->out_reader = ends[0];
	world->out = ends[1];
}

void empty_directory(const char *directory)
{
	char path[512];
	DIR *open_directory = opendir(directory);
	struct dirent *entry;

	if (!open_directory)
		broken("directory");
	while ((entry = readdir(open_directory))) {
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlink(path) < 0)
			broken(path);
	}
	closedir(open_directory);
}
