/* SPDX-License-Identifier: MIT */
/* send.h - the state of shmbox_send(), and its ways */
#ifndef SEND_H
#define SEND_H

#include "bytes/source.h"

enum sink { TO_NULL, TO_PIPE, TO_FILE, TO_OTHER };

struct sending {
	struct shmbox_job *job;
	struct source source;
	enum sink sink;
	bool sparse;          /* holes are skipped: the output file has zeros there */
	unsigned splicing;    /* SPLICE_F_ flags: O_NONBLOCK of the pipe does not apply */
	uint64_t hole_at_end; /* bytes of the hole at the end of the output so far */
	int pipe[2];          /* of our own, to splice into a file; 0: not open */
	bool has_live_pages;  /* the pipe has been given pages of the segment */
	uint64_t copied;      /* bytes that were copied into the pipe since then */
	uint64_t run_end;     /* the end of the last source_run() */
	bool hole;            /* that run is a hole */
	unsigned refused;     /* SHMBOX_BY_ bits of ways that do not work here */
	bool ended;           /* progress() ended the job, or it must not wait */
	char *zeros;
	char *buffer;
};

/* Moves up to length bytes in this way, a SHMBOX_BY_ bit. Returns how many, or -errno. */
int64_t send_by(struct sending *sending, unsigned how, uint64_t length);

/* Frees the buffers. */
void send_end(struct sending *sending);

#endif
