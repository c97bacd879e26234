/* alloc.c - malloc(3) for the release program: a pile, of which only the top comes back
 *
 * The program runs for an instant and asks for a handful of blocks, each freed before
 * those that came earlier. musl's allocator serves programs of every kind, and would be a
 * tenth of this one. The builds under sanitizers use the real one, so nothing is hidden.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ALIGN = 16, STEP = 65536 };

/* Stands before every block; blocks follow each other, so the top is easily told. */
struct head {
	size_t size;
	size_t unused;
};

static _Alignas(ALIGN) struct {
	char *top;
	char *end;
} pile;

static void *fail(void)
{
	errno = ENOMEM;
	return NULL;
}

/* brk(2) itself: the libc's sbrk knows nothing but failure. */
static char *move_end(char *to)
{
	return (char *)syscall(SYS_brk, to);
}

static int make_room(size_t size)
{
	size_t more = size < STEP ? STEP : (size + STEP - 1) / STEP * STEP;

	if (!pile.end) {
		pile.end = move_end(NULL);
		pile.top = pile.end + (-(uintptr_t)pile.end & (ALIGN - 1));
		more += ALIGN;
	}
	if (move_end(pile.end + more) < pile.end + more)
		return 0;
	pile.end += more;
	return 1;
}

static size_t rounded(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

void *malloc(size_t size)
{
	size_t whole = sizeof(struct head) + rounded(size);
	struct head *head;

	if (size > PTRDIFF_MAX)
		return fail();
	if ((!pile.end || (size_t)(pile.end - pile.top) < whole) && !make_room(whole))
		return fail();
	head = (struct head *)pile.top;
	head->size = rounded(size);
	pile.top += whole;
	return head + 1;
}

static int is_top(const struct head *head)
{
	return (const char *)(head + 1) + head->size == pile.top;
}

void free(void *block)
{
	struct head *head = (struct head *)block - 1;

	if (block && is_top(head))
		pile.top = (char *)head;
}

void *calloc(size_t count, size_t size)
{
	size_t whole;
	void *block;

	if (__builtin_mul_overflow(count, size, &whole))
		return fail();
	block = malloc(whole);
	return block ? memset(block, 0, whole) : NULL;
}

void *realloc(void *block, size_t size)
{
	struct head *head = (struct head *)block - 1;
	void *other;

	if (block && size <= head->size)
		return block;
	if (block && is_top(head) && size <= PTRDIFF_MAX &&
	    ((size_t)(pile.end - (char *)block) >= rounded(size) ||
	     make_room(rounded(size)))) {
		head->size = rounded(size);
		pile.top = (char *)block + head->size;
		return block;
	}
	other = malloc(size);
	if (other && block)
		memcpy(other, block, head->size);
	return other;
}
