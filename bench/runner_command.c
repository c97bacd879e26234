/* SPDX-License-Identifier: MIT */
/* runner_command.c - run one command, and time it */

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner.h"

int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

char *contents(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");

	if (!file || getdelim(&text, &size, '\0', file) < 0)
		err(1, "%s", path);
	fclose(file);
	return text;
}

static void split(struct words *words, char *text)
{
	char *rest = NULL;

	for (char *word = strtok_r(text, " \n", &rest); word;
	     word = strtok_r(NULL, " \n", &rest)) {
		if (*word == '@' && !words->file)
			split(words, words->file = contents(word + 1));
		else if (words->count < MAX_WORDS)
			words->word[words->count++] = word;
		else
			errx(1, "more than %d words", MAX_WORDS);
	}
}

void parse(struct words *words, const char *command)
{
	words->count = 0;
	words->file = NULL;
	words->text = strdup(command);
	if (!words->text)
		err(1, "%s", command);
	if (!strpbrk(command, "|&;<>()$`\\\"'*?")) {
		split(words, words->text);
		if (words->count == 0)
			errx(1, "a command is empty");
		words->word[words->count] = NULL;
		return;
	}
	/* no plain sh: in `a | b` it would not notice that a fails */
	words->word[0] = "bash";
	words->word[1] = "-o";
	words->word[2] = "pipefail";
	words->word[3] = "-c";
	words->word[4] = words->text;
	words->word[5] = NULL;
}

void parse_end(struct words *words)
{
	free(words->text);
	free(words->file);
}

void succeeded(const char *command, int status)
{
	if (status)
		errx(1, "%s: %s %d", command, WIFEXITED(status) ? "status" : "signal",
		     WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

int attempt(const char *command, int64_t *took)
{
	static struct words words;
	int status = 0;

	parse(&words, command);

	int64_t start = now();
	pid_t pid = vfork(); /* NOLINT: a fork's page tables would be measured too */

	if (pid == 0) {
		/* an interrupted run leaves no command running */
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* NOLINT: no memory is touched */
		execvp(words.word[0], (char **)words.word);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		err(1, "%s", command);
	*took = now() - start;
	parse_end(&words);
	return status;
}

int64_t run(const char *command)
{
	int64_t took;

	succeeded(command, attempt(command, &took));
	return took;
}

/* The command writes its number into a file where our output was. */
int64_t run_printed(const char *command)
{
	char text[32] = "";
	int null = dup(STDOUT_FILENO);
	int file = memfd_create("printed", MFD_CLOEXEC);

	if (null < 0 || file < 0 || dup2(file, STDOUT_FILENO) < 0)
		err(1, "output of %s", command);
	run(command);
	if (pread(file, text, sizeof(text) - 1, 0) <= 0 || dup2(null, STDOUT_FILENO) < 0)
		err(1, "output of %s", command);
	close(null);
	close(file);

	double number = strtod(text, NULL);

	if (number <= 0)
		errx(1, "%s: no number printed: %s", command, text);
	return (int64_t)(number + 0.5);
}
