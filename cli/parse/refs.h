/* SPDX-License-Identifier: MIT */
/* refs.h - resolve keys, and apply modes */
#ifndef REFS_H
#define REFS_H

#include <shmbox/shmbox.h>

#include "parse/value.h"

/* Stores the key in *out. Returns 0 or a negated errno of shmbox_key(). */
int key_resolve(const struct key *key, key_t *out);

/*
 * Like failed(), for an operand that names a segment; for SHMBOX_KEY with a hint at what
 * PATH may be.
 */
int ref_failed(enum shmbox_op op, int rc, const char *object);

/* ---- rights.c ---- */

/* Applies a MODE to the permission bits old. Returns false if text is not a MODE. */
bool mode_apply(const char *text, mode_t old, mode_t *mode);

#endif
