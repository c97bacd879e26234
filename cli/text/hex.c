/* SPDX-License-Identifier: MIT */
/* hex.c - hex dump in the format of hexdump -C */

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text/hex.h"
#include "text/io.h"

/* Written without stdio: a signal handler that reports progress may interrupt a write. */
static void flush(struct hex *hex)
{
	if (hex->error == 0)
		hex->error = write_all(STDOUT_FILENO, hex->out, hex->used);
	hex->used = 0;
}

static void put(struct hex *hex, const char *text, size_t length)
{
	if (hex->used + length > sizeof(hex->out))
		flush(hex);
	memcpy(hex->out + hex->used, text, length);
	hex->used += length;
}

static void print_row(struct hex *hex)
{
	char line[HEX_ROW * 4 + 32];
	char *at = line + sprintf(line, "%08llx", (unsigned long long)hex->offset);

	for (int i = 0; i < HEX_ROW; i++) {
		if (i % 8 == 0)
			*at++ = ' ';
		at += i < hex->filled ? sprintf(at, " %02x", hex->row[i])
		                      : sprintf(at, "   ");
	}
	at += sprintf(at, "  |");
	for (int i = 0; i < hex->filled; i++)
		*at++ = (char)(hex->row[i] >= ' ' && hex->row[i] < 0x7f ? hex->row[i]
		                                                        : '.');
	*at++ = '|';
	*at++ = '\n';
	put(hex, line, (size_t)(at - line));
}

static void end_row(struct hex *hex)
{
	bool same = hex->has_previous && hex->filled == HEX_ROW &&
	            memcmp(hex->row, hex->previous, HEX_ROW) == 0;

	if (!same)
		print_row(hex);
	else if (!hex->skipping)
		put(hex, "*\n", 2);
	hex->skipping = same;
	hex->has_previous = true;
	memcpy(hex->previous, hex->row, HEX_ROW);
	hex->offset += (uint64_t)hex->filled;
	hex->filled = 0;
}

void hex_add(struct hex *hex, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		hex->row[hex->filled++] = (unsigned char)bytes[i];
		if (hex->filled == HEX_ROW)
			end_row(hex);
	}
}

void hex_add_zeros(struct hex *hex, uint64_t length)
{
	static const char zeros[HEX_ROW];

	while (length > 0) {
		uint64_t piece = (uint64_t)(HEX_ROW - hex->filled);

		/* after a *, more rows of zeros print nothing: skip them in one step */
		if (hex->skipping && hex->filled == 0 && length >= HEX_ROW &&
		    memcmp(hex->previous, zeros, HEX_ROW) == 0) {
			piece = length / HEX_ROW * HEX_ROW;
			hex->offset += piece;
		} else {
			piece = piece < length ? piece : length;
			hex_add(hex, zeros, (size_t)piece);
		}
		length -= piece;
	}
}

void hex_end(struct hex *hex)
{
	char line[32];

	if (hex->filled)
		end_row(hex);
	/* the end offset says how many rows the last * stands for */
	if (hex->skipping)
		put(hex, line,
		    (size_t)snprintf(line, sizeof(line), "%08llx\n",
		                     (unsigned long long)hex->offset));
	flush(hex);
}
