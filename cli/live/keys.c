/* SPDX-License-Identifier: MIT */
/* keys.c - the keys of a terminal, from the bytes that it sends */

#include <string.h>

#include "live/keys.h"

enum { ESC = 27 };

static int letter(char byte)
{
	static const char letters[] = "ABDCHF";
	static const short keys[] = { KEY_UP,    KEY_DOWN, KEY_LEFT,
		                      KEY_RIGHT, KEY_HOME, KEY_END };
	const char *at = byte ? strchr(letters, byte) : NULL;

	return at ? keys[at - letters] : byte == 'M' ? '\n' : KEY_NONE;
}

/* The keys that send ESC [ NUMBER ~. */
static int number(int value)
{
	switch (value) {
	case 1:
	case 7:
		return KEY_HOME;
	case 4:
	case 8:
		return KEY_END;
	case 5:
		return KEY_PAGE_UP;
	case 6:
		return KEY_PAGE_DOWN;
	default:
		return KEY_NONE;
	}
}

/* Reads at most two numbers after ESC [. */
static void numbers(const struct keys *keys, int values[2])
{
	int nth = 0;

	values[0] = values[1] = 0;
	for (int i = 2; i < keys->count && nth < 2; i++) {
		char byte = keys->bytes[i];

		if (byte >= '0' && byte <= '9' && values[nth] < 10000)
			values[nth] = values[nth] * 10 + (byte - '0');
		else
			nth++;
	}
}

/* The last byte ends a sequence ESC [ .. */
static int finish_sequence(struct keys *keys, char last)
{
	int values[2];

	numbers(keys, values);
	if (last == '~')
		return number(values[0]);
	if (last != 'R' || !values[0] || !values[1])
		return letter(last);
	memcpy(keys->place, values, sizeof(values));
	return KEY_PLACE;
}

int keys_take(struct keys *keys, char byte)
{
	int key = KEY_NONE;

	if (byte == ESC || (keys->count == 0 && byte != ESC)) {
		/* a sequence that was cut off is dropped */
		keys->count = byte == ESC;
		keys->bytes[0] = byte;
		return byte == ESC ? KEY_NONE : (unsigned char)byte;
	}
	keys->bytes[keys->count++] = byte;
	if (keys->count == 2 && (byte == '[' || byte == 'O'))
		return KEY_NONE;
	if (keys->count > 2 && keys->bytes[1] == '[' && byte < '@' &&
	    keys->count < (int)sizeof(keys->bytes))
		return KEY_NONE;
	if (keys->count > 2)
		key = keys->bytes[1] == '[' ? finish_sequence(keys, byte) : letter(byte);
	keys->count = 0;
	return key;
}

bool keys_are_pending(const struct keys *keys)
{
	return keys->count > 0;
}

int keys_pause(struct keys *keys)
{
	int key = keys->count == 1 ? KEY_ESCAPE : KEY_NONE;

	keys->count = 0;
	return key;
}
