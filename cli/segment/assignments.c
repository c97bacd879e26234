/* SPDX-License-Identifier: MIT */
/* assignments.c - the assignments to fields that follow SEGMENT on a command line */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/assignments.h"
#include "text/io.h"
#include "text/text.h"

int assignments_aligned(const struct args *args, enum alignment alignment)
{
	int status = STATUS_OK;

	for (int i = 1; status == STATUS_OK && i < args->count; i++)
		status = field_aligned(args->words[i], &args->values[i].assignment.field,
		                       alignment);
	return status;
}

static int populate(const struct shmbox_map *map, const struct shmbox_field *layout)
{
	struct shmbox_job job = {
		.offset = layout->offset,
		.length = layout->count * layout->width,
	};

	return shmbox_populate(map, &job);
}

int assignments_place(const struct args *args, const struct shmbox_map *map,
                      enum alignment alignment, bool with_memory)
{
	for (int i = 1; i < args->count; i++) {
		struct field *field = &args->values[i].assignment.field;
		int status = field_place(args->words[i], field, map, alignment);
		int rc;

		if (status != STATUS_OK)
			return status;
		rc = with_memory ? populate(map, &field->layout) : 0;
		if (rc < 0)
			return failed_on(SHMBOX_WRITE, rc, args->words[0], map->id);
	}
	return STATUS_OK;
}

static int not_expected(const struct field *field, uint64_t number, const char *object,
                        const struct expected *expected)
{
	int status = expected->wait ? STATUS_TIMEOUT : STATUS_REFUSED;
	char text[TEXT_MAX];

	return fail(status, object,
	            expected->wait ? "timed out: it still contains %s, not %s"
	                           : "it contains %s, not %s",
	            field_text(text, field, number), expected->word);
}

int assignment_exchange(const struct args *args, const struct shmbox_map *map,
                        const struct expected *expected)
{
	const struct assignment *assignment = &args->values[1].assignment;
	uint64_t seen = 0;
	const struct shmbox_swap swap = {
		.expected = expected->number,
		.value = assignment->numbers[0],
		.timeout = expected->timeout,
		.seen = &seen,
	};
	int rc = shmbox_field_exchange(map, &assignment->field.layout, &swap);

	if (rc == -ETIMEDOUT)
		return not_expected(&assignment->field, seen, args->words[1], expected);
	return rc < 0 ? failed_on(SHMBOX_WAIT, rc, args->words[0], map->id) : STATUS_OK;
}

bool assignments_compute(const struct args *args)
{
	bool compute = false;

	for (int i = 1; i < args->count; i++)
		compute |= args->values[i].assignment.by != SHMBOX_SET;
	return compute;
}

static int write_text(const struct shmbox_map *map, const struct assignment *assignment)
{
	const struct shmbox_field *layout = &assignment->field.layout;
	char *text = calloc(1, (size_t)layout->count);
	int64_t rc;

	if (!text)
		return -ENOMEM;
	memcpy(text, assignment->text, strlen(assignment->text));
	rc = shmbox_write(map, layout->offset, text, (size_t)layout->count);
	free(text);
	if (rc < 0)
		return (int)rc;
	/* a process that waits for the text sleeps on its first word */
	shmbox_wake(map, layout->offset, 1, INT_MAX);
	return 0;
}

static int assign(const struct shmbox_map *map, const struct assignment *assignment,
                  bool quiet)
{
	uint64_t *numbers = assignment->numbers;
	int rc;

	if (assignment->field.text)
		return write_text(map, assignment);
	rc = shmbox_field_update(map, &assignment->field.layout, assignment->by, numbers,
	                         NULL, numbers);
	if (rc == 0 && assignment->by != SHMBOX_SET && !quiet) {
		field_print(&assignment->field, numbers);
		putc('\n', output);
	}
	return rc;
}

int assignments_make(const struct args *args, const struct shmbox_map *map, bool quiet)
{
	int status = STATUS_OK;
	int made = 0;

	while (status == STATUS_OK && made < args->count - 1) {
		int rc = assign(map, &args->values[made + 1].assignment, quiet);

		if (rc < 0)
			status = failed_on(SHMBOX_WRITE, rc, args->words[0], map->id);
		else
			made++;
	}
	/* without the new values, the caller must at least learn their number */
	if (!flush_output() && status == STATUS_OK)
		status = STATUS_FAILED;
	if (status != STATUS_OK)
		note(args->words[0], "made %d of %d assignments", made, args->count - 1);
	return status;
}
