/* SPDX-License-Identifier: MIT */
/* sums.c - the lines of CKSUM, and how they are compared */

#include "archive/archive.h"
#include "archive/number.h"

int sums_add(struct sums *sums, const struct sum_line *line)
{
	struct sum_line copy = *line;
	size_t length = strlen(line->name) + 1;

	if (sums->count == MEMBERS_MAX)
		return -E2BIG;
	if (sums->count == sums->room) {
		size_t room = sums->room ? 2 * sums->room : 16;
		struct sum_line *more = realloc(sums->lines, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		sums->lines = more;
		sums->room = room;
	}
	copy.name = malloc(length);
	if (!copy.name)
		return -ENOMEM;
	memcpy(copy.name, line->name, length);
	sums->lines[sums->count++] = copy;
	return 0;
}

void sums_free(struct sums *sums)
{
	for (size_t i = 0; i < sums->count; i++)
		free(sums->lines[i].name);
	free(sums->lines);
	*sums = (struct sums){ 0 };
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct sum_line *)a)->name,
	              ((const struct sum_line *)b)->name);
}

static const char *compare_lines(const struct sum_line *member,
                                 const struct sum_line *listed)
{
	if (member->size != listed->size)
		return "its size is not the one in " SUMS_NAME;
	if (member->known && member->sum != listed->sum)
		return "its content does not have the sum in " SUMS_NAME;
	return NULL;
}

const char *sums_compare(struct sums *members, struct sums *listed, const char **name)
{
	const char *problem = NULL;

	/* qsort(3) takes no null pointer, even for no lines */
	if (members->count)
		qsort(members->lines, members->count, sizeof(*members->lines), by_name);
	if (listed->count)
		qsort(listed->lines, listed->count, sizeof(*listed->lines), by_name);
	for (size_t i = 0; !problem && (i < members->count || i < listed->count); i++) {
		const struct sum_line *member =
			i < members->count ? &members->lines[i] : NULL;
		const struct sum_line *other =
			i < listed->count ? &listed->lines[i] : NULL;
		int order = !other ? -1 : !member ? 1 : strcmp(member->name, other->name);

		*name = order > 0 ? other->name : member->name;
		if (order < 0)
			problem = SUMS_NAME " does not list it";
		else if (order > 0)
			problem = "the archive does not contain it, but " SUMS_NAME
				  " lists it";
		else
			problem = compare_lines(member, other);
	}
	return problem;
}

bool sums_parse(char *text, struct sum_line *line)
{
	const char *at = text;
	uint64_t sum;

	if (!take_number(&at, 10, UINT32_MAX, &sum) || *at++ != ' ' ||
	    !take_number(&at, 10, INT64_MAX, &line->size) || *at++ != ' ' || !*at)
		return false;
	line->name = text + (at - text);
	line->sum = (uint32_t)sum;
	line->known = true;
	return true;
}
