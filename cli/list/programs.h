/* programs.h - whose segment this is, as far as that is well known */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <shmbox/shmbox.h>

/*
 * Each puts the program's name, in which there is no blank, into out, TEXT_MAX bytes of room, or
 * returns false: by key and size; by the name of a process that has, made or used the segment,
 * together with its key, 0 if it has none.
 */
bool program_by_key(char *out, key_t key, uint64_t size);
bool program_by_command(char *out, key_t key, const char *command);

#endif
