/* refs.h - from a key as it is typed to a key, and from a mode to its bits */
#ifndef REFS_H
#define REFS_H

#include <shmbox/shmbox.h>

#include "parse/value.h"

/* The key in *out: 0, or what shmbox_key() returned. */
int key_resolve(const struct key *key, key_t *out);

/* failed() for an operand that names a segment; for SHMBOX_KEY with a hint at what PATH may be. */
int ref_failed(enum shmbox_op op, int rc, const char *object);

/* ---- rights.c ---- */

/* Applies MODE to old. */
bool mode_apply(const char *text, mode_t old, mode_t *mode);

#endif
