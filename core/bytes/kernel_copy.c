/* SPDX-License-Identifier: MIT */
/*
 * kernel_copy.c - let the kernel copy between our memory and a mapping
 *
 * On some virtual machines the first access to a page through a mapping costs 20 us, even
 * if the page is in our page tables (docs/kernel.md, Page faults). A copy by
 * the kernel takes a tenth of that time: by process_vm_readv(2) and process_vm_writev(2) on
 * our own process, or by /proc/self/mem. They require no privilege, and do not write to a
 * mapping that is read-only. On other machines memcpy(3) is a little faster.
 */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "bytes/file.h"
#include "bytes/kernel_copy.h"
#include "proc/procfs.h"

/* MADV_POPULATE_WRITE of <linux/mman.h>, Linux 5.14; musl 1.2.3 lacks it. */
enum { POPULATE_WRITE = 23 };

/* Pages that are measured; a copy must be this many times as fast as the accesses. */
enum { PAGES_TRIED = 16, TIMES = 2 };

static int64_t result(ssize_t rc)
{
	/* /proc/self/mem reports EIO where the system calls report EFAULT */
	if (rc < 0)
		return errno == EIO ? -EFAULT : -errno;
	return rc;
}

int64_t kernel_copy(const struct kernel_copy *copy, const struct iovec *mapped,
                    const struct iovec *buffers, size_t count, bool write)
{
	off_t at = (off_t)(uintptr_t)mapped->iov_base;

	if (copy->how == SHMBOX_BY_PROCESS_VM)
		return result(
			syscall(write ? SYS_process_vm_writev : SYS_process_vm_readv,
		                getpid(), buffers, count, mapped, 1UL, 0UL));
	return result(write ? pwritev(copy->memory, buffers, (int)count, at)
	                    : preadv(copy->memory, buffers, (int)count, at));
}

static int64_t processor_time(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/*
 * True if copy reads the pages as they are. An emulator of another machine may read its own
 * memory at our addresses.
 */
static bool reads(struct kernel_copy *copy, char *pages, size_t page, unsigned how)
{
	static const char pattern[] = "kernel_copy";
	char bytes[sizeof(pattern)] = "";
	const struct iovec mapped = { .iov_base = pages + page,
		                      .iov_len = sizeof(bytes) };
	const struct iovec buffer = { .iov_base = bytes, .iov_len = sizeof(bytes) };

	copy->how = how;
	memcpy(pages + page, pattern, sizeof(pattern));
	return kernel_copy(copy, &mapped, &buffer, 1, false) == sizeof(bytes) &&
	       memcmp(bytes, pattern, sizeof(bytes)) == 0;
}

/* Measures the first access to each page, and then a copy of them all into one page. */
static bool accesses_cost_more(const struct kernel_copy *copy, void *memory, size_t page)
{
	char *pages = memory;
	const struct iovec mapped = { .iov_base = pages + 2 * page,
		                      .iov_len = PAGES_TRIED * page };
	struct iovec buffers[PAGES_TRIED];
	int64_t start;
	int64_t accessed;

	for (size_t i = 0; i < PAGES_TRIED; i++)
		buffers[i] = (struct iovec){ .iov_base = pages, .iov_len = page };
	start = processor_time();
	for (size_t i = 2; i < 2 + PAGES_TRIED; i++)
		(void)*(volatile char *)(pages + i * page);
	accessed = processor_time();
	kernel_copy(copy, &mapped, buffers, PAGES_TRIED, false);
	return accessed - start > TIMES * (processor_time() - accessed);
}

/* Without MADV_POPULATE_WRITE every page is a fault, and the kernel's copy is faster. */
static bool is_faster(const struct kernel_copy *copy, char *pages, size_t page)
{
	size_t length = (PAGES_TRIED + 2) * page;

	return madvise(pages, length, POPULATE_WRITE) < 0 ||
	       accesses_cost_more(copy, pages, page);
}

/* Opens /proc/self/mem. Returns false if that fails, or reads other memory. */
static bool open_memory(struct kernel_copy *copy, char *pages, size_t page)
{
	copy->memory = above_streams(open("/proc/self/mem", O_RDWR | O_CLOEXEC));
	if (copy->memory < 0)
		return false;
	if (reads(copy, pages, page, SHMBOX_BY_MEM))
		return true;
	close(copy->memory);
	return false;
}

unsigned kernel_copy_way(struct kernel_copy *copy)
{
	size_t page = (size_t)page_size();
	size_t length = (PAGES_TRIED + 2) * page;
	char *pages;

	if (copy->known)
		return copy->how;
	copy->known = true;
	pages = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	             -1, 0);
	if (pages == MAP_FAILED)
		return 0;
	if (!reads(copy, pages, page, SHMBOX_BY_PROCESS_VM) &&
	    !open_memory(copy, pages, page))
		copy->how = 0;
	/* the measurement requires pages that were not accessed before */
	if (copy->how && !is_faster(copy, pages, page))
		kernel_copy_end(copy);
	munmap(pages, length);
	return copy->how;
}

void kernel_copy_end(struct kernel_copy *copy)
{
	if (copy->how == SHMBOX_BY_MEM)
		close(copy->memory);
	copy->how = 0;
}
