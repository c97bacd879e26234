/* relr.c - the program's first code: packed relocations, which musl before 1.2.4 cannot apply
 *
 * A position-independent program has a pointer to relocate for every string of its tables.
 * As RELA that is 24 bytes each, about a tenth of shmbox; as RELR (see elf(5)) it is a bit.
 * So the release program starts here, and then where musl would have started it.
 */

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

#pragma GCC visibility push(hidden)

extern const ElfW(Ehdr) __ehdr_start; /* made by the linker: where the program lies */
extern ElfW(Dyn) _DYNAMIC[];

void relr_apply(void);

#pragma GCC visibility pop

/* Leaves the stack as the kernel made it, which is what musl's start wants to see. */
#if defined(__x86_64__)
__asm__(".globl relr_start\n.hidden relr_start\nrelr_start:\n\tcall relr_apply\n\tjmp "
        "_start\n");
#elif defined(__aarch64__)
__asm__(".globl relr_start\n.hidden relr_start\nrelr_start:\n\tbl relr_apply\n\tb "
        "_start\n");
#endif

/* An even word is the address of a pointer; an odd one is a map of the words behind it. */
void relr_apply(void)
{
	uintptr_t base = (uintptr_t)&__ehdr_start;
	const uintptr_t *word = NULL;
	uintptr_t *next = NULL;
	size_t count = 0;

	for (ElfW(Dyn) *entry = _DYNAMIC; entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_RELR)
			word = (const uintptr_t *)(base + entry->d_un.d_ptr);
		if (entry->d_tag == DT_RELRSZ) {
			count = entry->d_un.d_val / sizeof(*word);
			/* a musl that can apply them finds nothing left to do */
			entry->d_un.d_val = 0;
		}
	}
	for (; count > 0; count--, word++) {
		if (!(*word & 1)) {
			next = (uintptr_t *)(base + *word);
			*next++ += base;
			continue;
		}
		uintptr_t *at = next;

		for (uintptr_t map = *word >> 1; map; map >>= 1, at++)
			if (map & 1)
				*at += base;
		next += sizeof(*word) * 8 - 1;
	}
}
