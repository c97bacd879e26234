/* SPDX-License-Identifier: MIT */
/* runner.h - what the parts of the runner of ./dev bench share */

#ifndef RUNNER_H
#define RUNNER_H

#include <stdint.h>
#include <sys/types.h>

enum { MAX_WORDS = 32768 };

/* A command as execvp(3) requires it. */
struct words {
	const char *word[MAX_WORDS + 1];
	int count;
	char *text; /* the words point into it */
	char *file; /* likewise, if there was an @FILE */
};

int64_t now(void); /* nanoseconds */

/* Returns the contents of a file, which the caller frees. */
char *contents(const char *path);

/*
 * Splits a command into words. bash runs a command with a shell's signs in it; any other
 * command is split at blanks and executed directly, because a shell would cost more than
 * what is measured. In such a command, a word @FILE stands for the words of FILE.
 */
void parse(struct words *words, const char *command);
void parse_end(struct words *words);

/* Runs a command. Returns its status as wait(2) reports it; *took is in nanoseconds. */
int attempt(const char *command, int64_t *took);

/* Ends the program unless the status is 0. */
void succeeded(const char *command, int status);

/* Returns the nanoseconds that a command took. Ends the program if the command fails. */
int64_t run(const char *command);

/* Returns the number that a command prints. */
int64_t run_printed(const char *command);

/* ---- what is set up for a row, or measured only once ---- */

/* Creates segments of one page, which is in memory, and prints their ids. */
int make_segments(long count);

/*
 * Starts processes that wait, some of which have attached the segment with key 1. Prints a
 * line when all exist. They end when this process is ended.
 */
int make_processes(long count, long attached);

/* Writes the largest resident size of a command to a file, in KiB. */
int measure_memory(const char *path, const char *command);

/*
 * Runs each command three times by turns, after an untimed command, and prints the least
 * nanoseconds of each, the fastest command first. Leaves out commands that fail.
 */
int find_fastest(const char *each, char **commands);

#endif
