/* SPDX-License-Identifier: MIT */
/* records.c - pax records: each is "LENGTH KEYWORD=VALUE\n" */

#include <stdio.h>

#include "archive/input.h"

/*
 * Splits the record at text, which has at most length bytes. Returns its length, or 0 if it is
 * not a record. A value that another program wrote may contain any byte.
 */
static size_t split(char *text, size_t length, char **keyword, char **value)
{
	const char *at = text;
	uint64_t whole;
	char *equals;

	if (!take_number(&at, 10, length, &whole) || *at++ != ' ' ||
	    whole <= (uint64_t)(at - text) || text[whole - 1] != '\n')
		return 0;
	text[whole - 1] = '\0';
	*keyword = text + (at - text);
	equals = memchr(*keyword, '=', (size_t)(text + whole - *keyword));
	if (!equals || equals == *keyword)
		return 0;
	*equals = '\0';
	*value = equals + 1;
	return (size_t)whole;
}

static int parse(struct shmbox_restore *restore, char *text, size_t length,
                 struct records *records)
{
	while (length > 0) {
		char *keyword;
		char *value;
		size_t used = split(text, length, &keyword, &value);

		if (used == 0)
			return bad_archive(restore, "not a pax record");
		if (!take_record(restore, records, keyword, value))
			return bad_archive(restore, "the value of a record is wrong");
		text += used;
		length -= used;
	}
	return 0;
}

int read_records(struct shmbox_restore *restore, uint64_t length, struct records *records)
{
	char *text;
	int rc;

	if (length > RECORDS_MAX)
		return bad_archive(restore, "the records of a member are too long");
	text = malloc((size_t)length + 1);
	if (!text)
		return -ENOMEM;
	rc = take_bytes(restore, text, (size_t)length);
	text[length] = '\0';
	if (rc == 0)
		rc = take_zeros(restore, padding_of(length),
		                "bytes after its records are not zero");
	if (rc == 0)
		rc = parse(restore, text, (size_t)length, records);
	free(text);
	records->any = true;
	return rc;
}
