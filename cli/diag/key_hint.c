/* SPDX-License-Identifier: MIT */
/* key_hint.c - the segment that has a mistyped number as its key */

#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "text/number.h"

/* The number that text is in this base, if a segment has it as its key; or 0. *id is that segment. */
static uint32_t key_in_use(const char *text, unsigned base, int *id)
{
	struct shmbox_ref ref = { .by_key = true };
	const char *end;
	uint64_t number;
	bool big;

	if (!digits(text, base, &end, &number, &big) || *end || big ||
	    number > UINT32_MAX)
		return 0;
	ref.key = (key_t)(uint32_t)number;
	*id = shmbox_lookup(ref);
	return *id < 0 ? 0 : (uint32_t)number;
}

void hint_at_key(const char *word)
{
	static const char prefix[] = "key:";
	uint32_t key;
	int id;

	if (strncmp(word, prefix, strlen(prefix)) == 0)
		word += strlen(prefix);
	skip_hex(&word);
	key = key_in_use(word, 10, &id);
	if (key) {
		hint("key:%u is id %d; write key:%u", key, id, key);
		return;
	}
	key = key_in_use(word, 16, &id);
	if (key)
		hint("key:0x%x is id %d; write key:0x%x", key, id, key);
}
