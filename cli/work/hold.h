/* SPDX-License-Identifier: MIT */
/* hold.h - run a command, or wait, while the segment is held */
#ifndef HOLD_H
#define HOLD_H

#include <signal.h>
#include <stdbool.h>

/* Signals that are blocked and read, and do not end the program. */
struct signals {
	sigset_t before;   /* the mask that COMMAND gets */
	bool ignored_chld; /* SIGCHLD was ignored, and is ignored again for COMMAND */
	sigset_t watched;
	bool ignored_int; /* SIGINT was ignored at the start, as by shells with "&" */
	int fd;           /* a signalfd(2); -1 with COMMAND, whose exit is a signal */
};

/*
 * Blocks the signals, which the functions below read. Reports a failure. Returns a
 * status.
 */
int signals_block(struct signals *signals, bool for_command);

/*
 * Runs COMMAND, which is words, and forwards signals to it. Returns its exit status, 128
 * plus the number of the signal that killed it, or 125, 126 or 127 if it did not run.
 * Meanwhile, reaps every other child, as process 1 must.
 */
int command_run(const struct signals *signals, char **words);

/* Reports that fork(2) failed. */
void cannot_fork(void);

/*
 * Waits for SIGINT, SIGTERM or SIGHUP, or until process pid has exited (0: no process).
 * watch is the result of shmbox_process_watch(pid): if it is negative, the process is
 * polled.
 */
void hold_until(const struct signals *signals, pid_t pid, int watch);

/* ---- background.c ---- */

/*
 * Forks the holder: in a new session, in directory /, with its standard streams on
 * /dev/null and no other descriptors than watch and signals->fd. Returns its pid, 0 in
 * the holder, or -1 after a report that fork(2) failed (STATUS_LIMIT).
 */
int background(const struct signals *signals, int watch);

#endif
