/* SPDX-License-Identifier: MIT */
/* keys.h - the keys of a terminal, from the bytes that it sends */
#ifndef KEYS_H
#define KEYS_H

#include <stdbool.h>

/* A key that sends one byte is that byte. */
enum key_name {
	KEY_NONE = 0, /* not complete, or not known */
	KEY_ESCAPE = 27,
	KEY_UP = 256,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_HOME,
	KEY_END,
	KEY_PLACE, /* no key: the report of the place of the cursor */
};

/* A sequence that is not complete yet. Zero-initialise. */
struct keys {
	int count;
	char bytes[16];
	int place[2]; /* row and column of KEY_PLACE */
};

/* Takes the next byte. Returns a key. */
int keys_take(struct keys *keys, char byte);

/* True if a sequence has begun, whose other bytes arrive soon. */
bool keys_are_pending(const struct keys *keys);

/* Call it after a pause: a single byte ESC is the key Escape. Returns a key. */
int keys_pause(struct keys *keys);

#endif
