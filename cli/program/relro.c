/* SPDX-License-Identifier: MIT */
/*
 * relro.c - make the relocated data read-only
 *
 * The dynamic linker protects PT_GNU_RELRO, and so does the start code of static programs
 * with glibc. That of musl does not: without this file, /proc/PID/maps would show these
 * pages as writable.
 */

#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "program/program.h"

/* Made by the linker: where the program lies. */
extern const ElfW(Ehdr) file_header __asm__("__ehdr_start")
	__attribute__((visibility("hidden")));

/* A last page that contains other data too stays writable. */
void protect_relocated(void)
{
	uintptr_t start = (uintptr_t)&file_header;
	uintptr_t mask = ~(uintptr_t)(getauxval(AT_PAGESZ) - 1);
	const ElfW(Phdr) *header = (const ElfW(Phdr) *)(start + file_header.e_phoff);
	const ElfW(Phdr) *end = header + file_header.e_phnum;
	uintptr_t moved = start; /* by how much addresses differ from those in the file */

	for (; header < end; header++) {
		if (header->p_type == PT_LOAD && header->p_offset == 0)
			moved = start - header->p_vaddr;
		if (header->p_type == PT_GNU_RELRO) {
			uintptr_t from = (moved + header->p_vaddr) & mask;
			uintptr_t to = (moved + header->p_vaddr + header->p_memsz) & mask;

			mprotect((void *)from, to - from, PROT_READ);
		}
	}
}
