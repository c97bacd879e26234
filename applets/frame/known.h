/* known.h - whose segment this is, as far as that is well known */
#ifndef KNOWN_H
#define KNOWN_H

#include "applet.h"

/* Each puts the program's name into out, TEXT_MAX bytes of room, or returns false. */
bool known_by_key(char *out, key_t key);
bool known_by_command(char *out, const char *command);

#endif
