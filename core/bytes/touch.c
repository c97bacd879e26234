/* SPDX-License-Identifier: MIT */
/*
 * touch.c - make the kernel allocate pages
 *
 * A load or store on a page that the kernel cannot provide raises SIGBUS. A system call
 * that touches the page fails with EFAULT instead (docs/kernel.md, No memory).
 */

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "bytes/touch.h"
#include "proc/procfs.h"

/* MADV_POPULATE_ constants of <linux/mman.h>, Linux 5.14; musl 1.2.3 lacks them. */
enum { POPULATE_READ = 22, POPULATE_WRITE = 23 };

/*
 * Touches a page before Linux 5.14. FUTEX_WAKE_OP ORs 0 into a word of the page, and may
 * wake one waiter without a change. FUTEX_CMP_REQUEUE only reads the word, and moves no
 * waiter. FUTEX_WAIT is not used, because it could consume a wake-up that was meant for
 * another waiter.
 */
static int touch_page(void *page, bool write)
{
	enum { OR_NOTHING = FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_LT, 0) };
	long rc;

	if (write)
		rc = syscall(SYS_futex, page, FUTEX_WAKE_OP, 0, 0L, page, OR_NOTHING);
	else
		rc = syscall(SYS_futex, page, FUTEX_CMP_REQUEUE, 0, 0L, page, 0);
	return rc < 0 && (errno == EFAULT || errno == ENOMEM) ? -errno : 0;
}

void prefault(const void *address, size_t length, bool write)
{
	uintptr_t page = (uintptr_t)address & ~((uintptr_t)page_size() - 1);

	madvise((void *)page, (uintptr_t)address + length - page,
	        write ? POPULATE_WRITE : POPULATE_READ);
}

int touch(const void *address, size_t length, bool write)
{
	uintptr_t step = (uintptr_t)page_size();
	uintptr_t page = (uintptr_t)address & ~(step - 1);
	uintptr_t end = (uintptr_t)address + length;

	int rc;

	do
		rc = madvise((void *)page, end - page,
		             write ? POPULATE_WRITE : POPULATE_READ);
	while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS && errno != EPERM)
		return -errno;
	for (; page < end; page += step) {
		rc = touch_page((void *)page, write);
		if (rc < 0)
			return rc;
	}
	return 0;
}
