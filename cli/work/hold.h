/* hold.h - run a command, or wait, while something is held for it */
#ifndef HOLD_H
#define HOLD_H

#include <signal.h>
#include <stdbool.h>

/* The signals that are taken as news instead of being died of. */
struct signals {
	sigset_t before;   /* the mask that COMMAND gets back */
	bool ignored_chld; /* and what it finds set for SIGCHLD */
	sigset_t watched;
	bool ignored_int; /* started with SIGINT ignored, as shells do with "&" */
	int fd; /* that can be polled for them; -1: COMMAND's end is a signal too */
};

/*
 * From here on signals wait until one of the functions below looks at them. Or says why they
 * cannot, and returns a status.
 */
int signals_block(struct signals *signals, bool for_command);

/*
 * Runs words[0] with these words and passes signals on to it. Returns its exit status,
 * 128 + the signal that killed it, or 125, 126 or 127 if it did not run. Reaps whatever
 * else ends meanwhile, as a process 1 has to.
 */
int command_run(const struct signals *signals, char **words);

/* Says that there can be no further process. */
void cannot_fork(void);

/*
 * Waits for SIGINT, SIGTERM or SIGHUP, or until pid has ended: watch is from
 * shmbox_process_watch(pid), negative if that does not work here; pid 0: nobody.
 */
void hold_until(const struct signals *signals, pid_t pid, int watch);

/* ---- background.c ---- */

/*
 * Forks a holder: its own session, in /, standard streams on /dev/null and no other
 * descriptor but watch and that of the signals. Returns its pid, 0 in the holder itself, or -1
 * after saying that there can be no further process, which is STATUS_LIMIT.
 */
int background(const struct signals *signals, int watch);

#endif
