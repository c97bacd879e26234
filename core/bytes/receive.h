/* SPDX-License-Identifier: MIT */
/* receive.h - the state of shmbox_receive(), and its ways */
#ifndef RECEIVE_H
#define RECEIVE_H

#include "bytes/source.h"

struct receiving {
	const struct shmbox_map *map;
	struct shmbox_job *job;
	struct source source;
	bool regular;        /* the input is a regular file, which may have holes */
	bool releasable;     /* pages of zeros may be given back to the system */
	bool advice;         /* MADV_HUGEPAGE is still to be given: see advise() */
	uint64_t input_left; /* bytes left in a regular file; 0: unknown */
	uint64_t data_end;   /* offset in the input up to which it has no hole */
	unsigned refused;    /* SHMBOX_BY_ bits of ways that do not work here */
	int ended; /* ends the job once all bytes that were read are stored; or 0 */
	char *buffer;
};

/* ---- receive_ways.c ---- */

/* Counts bytes that have been stored in this way. Returns 1. */
int receive_count(struct receiving *receiving, unsigned how, uint64_t bytes);

/*
 * Reads up to length bytes into the buffer. Returns their number, 0 at the end of the
 * input, or a negated errno.
 */
ssize_t receive_read(struct receiving *receiving, uint64_t offset, uint64_t length);

/* Stores all of these bytes. Returns 1, or -EFAULT if the segment gets no memory. */
int receive_store(struct receiving *receiving, const char *bytes, size_t length);

/*
 * Moves up to length bytes in this way, a SHMBOX_BY_ bit. Returns 1 to continue, 0 at the
 * end of the input, or a negated errno.
 */
int receive_by(struct receiving *receiving, unsigned how, uint64_t offset,
               uint64_t length);

/* ---- receive_sparse.c ---- */

/* Moves bytes, and leaves holes for zeros. Returns as receive_by(). */
int receive_sparse(struct receiving *receiving, uint64_t offset, uint64_t length);

#endif
