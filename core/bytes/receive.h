/* receive.h - what the work of filling a segment shares */
#ifndef RECEIVE_H
#define RECEIVE_H

#include "bytes/source.h"

struct receiving {
	const struct shmbox_map *map;
	struct shmbox_job *job;
	struct source source;
	bool regular;      /* the input is a file, which may have holes itself */
	bool releasable;   /* pages of zeros may be given back */
	bool advice;       /* huge pages come to who asks for them: see advise() */
	uint64_t known;    /* of a file: how much of it is left */
	uint64_t data_end; /* of the input: no hole is before this place of it */
	unsigned refused;
	int ended; /* what ends the job, once all that was read is stored; or 0 */
	char *buffer;
};

/* ---- receive_ways.c ---- */

/* This many bytes have come in this way; always 1, to go on. */
int receive_came(struct receiving *receiving, unsigned how, uint64_t bytes);

/* Reads up to length bytes into the buffer: how many, 0 at the end of the input, or -errno. */
ssize_t receive_fetch(struct receiving *receiving, uint64_t offset, uint64_t length);

/* Puts bytes that were read into the segment; 1, or -EFAULT where it gets no memory. */
int receive_put(struct receiving *receiving, unsigned how, const char *bytes,
                size_t length);

/* Moves up to length bytes in this way: 1 to go on, 0 at the end of the input, or -errno. */
int receive_by(struct receiving *receiving, unsigned how, uint64_t offset,
               uint64_t length);

/* ---- receive_sparse.c ---- */

/* Moves bytes and leaves holes: 1 to go on, 0 at the end of the input, or -errno. */
int receive_sparse(struct receiving *receiving, uint64_t offset, uint64_t length);

#endif
