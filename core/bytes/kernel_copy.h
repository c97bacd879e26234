/* SPDX-License-Identifier: MIT */
/* kernel_copy.h - let the kernel copy between our memory and a mapping */
#ifndef KERNEL_COPY_H
#define KERNEL_COPY_H

#include <sys/uio.h>

#include "core.h"

/*
 * Bytes that are moved through the mapping before the ways are measured: a measurement
 * costs as much as moving some pages.
 */
enum { KERNEL_COPY_LEAST = 131072 };

/* How the kernel copies for us. Zero-initialise. */
struct kernel_copy {
	bool known;
	unsigned how; /* SHMBOX_BY_PROCESS_VM, SHMBOX_BY_MEM, or 0: through the mapping */
	int memory;   /* the file /proc/self/mem of SHMBOX_BY_MEM */
};

/* Returns copy->how, which the first call measures. */
unsigned kernel_copy_way(struct kernel_copy *copy);

/*
 * Copies the bytes of the mapping into the buffers, or back if write is true. The buffers
 * have as many bytes in total. Holes of the mapping get memory, as by an access. Returns
 * how many bytes were copied, which may be fewer, or a negated errno: -EFAULT if there is
 * no memory for the first byte.
 */
int64_t kernel_copy(const struct kernel_copy *copy, const struct iovec *mapped,
                    const struct iovec *buffers, size_t count, bool write);

void kernel_copy_end(struct kernel_copy *copy);

#endif
