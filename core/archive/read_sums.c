/* SPDX-License-Identifier: MIT */
/* read_sums.c - the member CKSUM, as it is read */

#include "archive/input.h"

enum { SUMS_MAX = 16777216 };

static int parse_sums(struct shmbox_restore *restore, char *text, size_t length)
{
	while (length > 0) {
		char *end = memchr(text, '\n', length);
		struct sum_line line;
		int rc;

		if (!end || memchr(text, '\0', (size_t)(end - text)))
			return bad_archive(restore, SUMS_NAME " is not a list of sums");
		*end++ = '\0';
		if (!sums_parse(text, &line))
			return bad_archive(restore, SUMS_NAME " is not a list of sums");
		rc = sums_add(&restore->own->listed, &line);
		if (rc == -E2BIG)
			return bad_archive(restore, SUMS_NAME " lists too many members");
		if (rc < 0)
			return rc;
		length -= (size_t)(end - text);
		text = end;
	}
	return 0;
}

int read_sums(struct shmbox_restore *restore, uint64_t length)
{
	char *text;
	int rc;

	if (restore->has_sums)
		return bad_archive(restore, "a second " SUMS_NAME);
	if (length > SUMS_MAX)
		return bad_archive(restore, SUMS_NAME " is too long");
	text = malloc((size_t)length + 1);
	if (!text)
		return -ENOMEM;
	text[length] = '\0';
	rc = take_bytes(restore, text, (size_t)length);
	if (rc == 0)
		rc = take_zeros(restore, padding_of(length),
		                "bytes after " SUMS_NAME " are not zero");
	if (rc == 0)
		rc = parse_sums(restore, text, (size_t)length);
	free(text);
	restore->has_sums = true;
	return rc;
}
