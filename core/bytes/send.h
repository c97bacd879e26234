/* send.h - what the work of sending bytes of a segment shares */
#ifndef SEND_H
#define SEND_H

#include "bytes/source.h"

enum sink { TO_NULL, TO_PIPE, TO_FILE, TO_OTHER };

struct sending {
	struct shmbox_job *job;
	struct source source;
	enum sink sink;
	bool sparse; /* holes may be left out: we are at the end of a regular file */
	unsigned splicing; /* SPLICE_F_ flags; O_NONBLOCK of the pipe is not looked at */
	uint64_t left_out; /* so many of the last bytes were */
	bool live;         /* the pipe was given pages that may change */
	uint64_t copied;   /* into it, since the last of these */
	uint64_t run_end;  /* of what source_run() said last */
	bool hole;
	unsigned refused; /* SHMBOX_BY_ bits of what does not work here */
	bool ended;       /* by progress(), or because nothing is waited for */
	char *zeros;
	char *buffer;
};

/* Moves up to length bytes in this way, one of SHMBOX_BY_; returns how many, or -errno. */
int64_t send_by(struct sending *sending, unsigned how, uint64_t length);

/* Frees what the ways have taken. */
void send_end(struct sending *sending);

#endif
