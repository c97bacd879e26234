/* SPDX-License-Identifier: MIT */
/* programs.h - well-known programs that use shared memory */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <shmbox/shmbox.h>

/*
 * Find the program of a segment: by its key and size, or by the name of a process that
 * created or used it, together with its key (0: no key). Write the name, which contains
 * no blank, to out, which has room for TEXT_MAX bytes. Return false if the program is not
 * known.
 */
bool program_by_key(char *out, key_t key, uint64_t size);
bool program_by_command(char *out, key_t key, const char *command);

#endif
