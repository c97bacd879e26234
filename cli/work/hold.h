/* hold.h - run a command, or wait, while a segment is held */
#ifndef HOLD_H
#define HOLD_H

#include <signal.h>
#include <stdbool.h>

/* The signals that are read, and do not end the program. */
struct signals {
	sigset_t before;   /* the mask that COMMAND gets */
	bool ignored_chld; /* SIGCHLD was ignored, and is again for COMMAND */
	sigset_t watched;
	bool ignored_int; /* started with SIGINT ignored, as shells do with "&" */
	int fd; /* readable when a signal is pending; -1 with COMMAND: its exit is a signal */
};

/*
 * Blocks the signals until one of the functions below reads them; or says why it cannot.
 * Returns a status.
 */
int signals_block(struct signals *signals, bool for_command);

/*
 * Runs words[0] with these words and passes signals on to it. Returns its exit status,
 * 128 + the signal that killed it, or 125, 126 or 127 if it did not run. Meanwhile
 * it reaps every other child, as process 1 has to.
 */
int command_run(const struct signals *signals, char **words);

/* Says that no further process can be created. */
void cannot_fork(void);

/*
 * Waits for SIGINT, SIGTERM or SIGHUP, or until process pid has exited: watch is from
 * shmbox_process_watch(pid), negative if that does not work here; pid 0: there is no process.
 */
void hold_until(const struct signals *signals, pid_t pid, int watch);

/* ---- background.c ---- */

/*
 * Forks the holder, in a session of its own, in /, with its standard streams on /dev/null and
 * no other descriptors than watch and that of the signals. Returns its pid; 0 in the holder; or
 * -1 after saying that no further process can be created, for STATUS_LIMIT.
 */
int background(const struct signals *signals, int watch);

#endif
