/* SPDX-License-Identifier: MIT */
/* take.c - bytes of an archive, as they are read */

#include <sys/stat.h>

#include "archive/input.h"
#include "bytes/job.h"

int bad_archive(struct shmbox_restore *restore, const char *problem)
{
	restore->problem = problem;
	return -EBADMSG;
}

int descriptor_of(const struct shmbox_restore *restore)
{
	return restore->fd || restore->flags & SHMBOX_FROM_STDIN ? restore->fd : -1;
}

int64_t take_some(struct shmbox_restore *restore, void *bytes, size_t length)
{
	int64_t got;

	do
		got = restore->get(restore->context, bytes, length);
	while (got == -EINTR || got == -EAGAIN);
	if (got > 0)
		restore->place += (uint64_t)got;
	return got;
}

int take_bytes(struct shmbox_restore *restore, void *bytes, size_t length)
{
	char *to = bytes;

	while (length > 0) {
		int64_t got = take_some(restore, to, length);

		if (got < 0)
			return (int)got;
		if (got == 0)
			return bad_archive(restore, restore->place
			                                    ? "the archive is cut off"
			                                    : "it is empty");
		to += got;
		length -= (size_t)got;
	}
	return 0;
}

/* Seeks past length bytes; false if the input is not a file, or is shorter. */
static bool skip_in_file(struct shmbox_restore *restore, uint64_t length)
{
	int fd = descriptor_of(restore);
	off_t place;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	place = lseek(fd, 0, SEEK_CUR);
	if (place < 0 || st.st_size < place || (uint64_t)(st.st_size - place) < length ||
	    lseek(fd, (off_t)length, SEEK_CUR) < 0)
		return false;
	restore->place += length;
	return true;
}

int take_nothing(struct shmbox_restore *restore, uint64_t length)
{
	if (length >= ARCHIVE_PIECE && skip_in_file(restore, length))
		return 0;
	while (length > 0) {
		size_t piece = (size_t)least(length, ARCHIVE_PIECE);
		int rc = take_bytes(restore, restore->own->buffer, piece);

		if (rc < 0)
			return rc;
		length -= piece;
	}
	return 0;
}

int take_zeros(struct shmbox_restore *restore, uint64_t length, const char *problem)
{
	char bytes[BLOCK];
	int rc = length ? take_bytes(restore, bytes, (size_t)length) : 0;

	if (rc == 0 && length && !is_zero(bytes, (size_t)length))
		return bad_archive(restore, problem);
	return rc;
}
