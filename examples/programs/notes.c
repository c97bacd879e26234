/* SPDX-License-Identifier: MIT */
/*
 * notes.c - lines of text in a segment, by the functions of stdio
 *
 * usage: notes ID [LINE]
 *
 * Adds LINE after the lines that are there, and prints all of them. Text ends with the
 * first NUL, which every byte is that was never written.
 */
#include <errno.h>
#include <shmbox/shmbox.h>
#include <stdlib.h>
#include <string.h>

/* Puts the position behind the last line. */
static int find_end(FILE *stream)
{
	long end = 0;

	for (int byte = getc(stream); byte != EOF && byte != 0; byte = getc(stream))
		end++;
	return fseek(stream, end, SEEK_SET);
}

static int print_all(FILE *stream)
{
	rewind(stream);
	for (int byte = getc(stream); byte != EOF && byte != 0; byte = getc(stream))
		putchar(byte);
	return ferror(stream);
}

int main(int argc, char **argv)
{
	FILE *stream =
		argc > 1 ? shmbox_fopen(atoi(argv[1]), argc > 2 ? "r+" : "r") : NULL;
	int failed = 0;

	if (!stream) {
		fprintf(stderr, "notes: %s\n", shmbox_strerror(SHMBOX_ATTACH, -errno));
		return 1;
	}
	if (argc > 2)
		failed = find_end(stream) != 0 || fprintf(stream, "%s\n", argv[2]) < 0 ||
		         fflush(stream) != 0;
	if (failed) /* the segment is full */
		fprintf(stderr, "notes: %s\n", strerror(errno));
	else
		failed = print_all(stream);
	return fclose(stream) != 0 || failed;
}
