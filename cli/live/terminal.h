/* SPDX-License-Identifier: MIT */
/*
 * terminal.h - the terminal of a live view: its size, its keys, and its state before
 *
 * While the terminal is in use, the signals that end or stop the program, or report a new
 * size, are blocked except while it waits or writes. They are reported, so that the state of
 * the terminal can be restored first.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

/* What happened: bits. */
enum {
	WOKEN_KEYS = 1,    /* bytes can be read from standard input */
	WOKEN_END = 2,     /* a signal ends the program: see terminal_end() */
	WOKEN_STOP = 4,    /* SIGTSTP: call terminal_stop() */
	WOKEN_RESIZED = 8, /* call terminal_resume() */
};

struct terminal {
	int rows;
	int columns;
	/* private to terminal.c */
	bool has_keys; /* standard input is a terminal, and has not ended */
	bool is_changed;
	int reported_rows; /* what the terminal itself has reported; 0: nothing */
	int reported_columns;
	struct termios before;
	struct termios ours;
	sigset_t mask;
};

/* True if standard output is a terminal that can move its cursor. */
bool terminal_is_usable(void);

/* Takes the terminal into use. */
void terminal_begin(struct terminal *terminal);

/*
 * Restores the state of the terminal, below the last line. If a signal has ended the
 * program, it does so now.
 */
void terminal_end(struct terminal *terminal);

/* Waits for at most this many nanoseconds. Returns bits of what happened. */
int terminal_wait(struct terminal *terminal, int64_t nanoseconds);

/* Reads keys; returns the number of bytes. */
int terminal_read(struct terminal *terminal, char *bytes, size_t size);

/*
 * Writes all bytes in one call, if the terminal takes them. Returns 0 or a negated errno. A
 * signal ends the write early, and is the next to be reported.
 */
int terminal_write(struct terminal *terminal, const char *bytes, size_t length);

/* Stops the program as SIGTSTP does, with the terminal restored until it continues. */
void terminal_stop(struct terminal *terminal);

/* Sets the state again that the view needs, and reads the size. */
void terminal_resume(struct terminal *terminal);

/*
 * Sets the state again that the view needs. Returns false if the terminal belongs to other
 * processes now: the shell that started the program has exited.
 */
bool terminal_keep(struct terminal *terminal);

/* Takes the size that the terminal has reported itself, if no other is known. */
void terminal_reported(struct terminal *terminal, int rows, int columns);

/* Requests the size from the terminal, if no other is known. Returns false otherwise. */
bool terminal_request(struct terminal *terminal);

#endif
