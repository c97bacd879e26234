/* SPDX-License-Identifier: MIT */
/* operand.c - resolve operands to segments, and options to ranges */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "parse/refs.h"
#include "segment/operand.h"
#include "text/text.h"

int operand_ref(const struct args *args, int index, struct shmbox_ref *ref)
{
	const struct segment *segment = &args->values[index].segment;

	*ref = (struct shmbox_ref){ .by_key = segment->by_key, .id = segment->id };
	return ref->by_key ? key_resolve(&segment->key, &ref->key) : 0;
}

/* Reports why an operand has no id. Returns a status. */
static int no_id(const struct args *args, int index, enum shmbox_op op, int rc, key_t key)
{
	const char *word = args->words[index];
	bool path = args->values[index].segment.key.path;

	/* the user did not type the key of a path: print it */
	if (op == SHMBOX_LOOKUP && rc == -ENOENT && path)
		return fail(STATUS_MISSING, word, "no segment has this key (0x%08x)",
		            (unsigned)key);
	return ref_failed(op, rc, word);
}

static int find_id(const struct args *args, int index, bool optional, int *status)
{
	struct shmbox_ref ref;
	int rc = operand_ref(args, index, &ref);
	enum shmbox_op op = rc < 0 ? SHMBOX_KEY : SHMBOX_LOOKUP;
	int id = rc < 0 ? rc : shmbox_lookup(ref);

	if (id < 0 && !(optional && id == -ENOENT))
		*status = status_join(*status, no_id(args, index, op, id, ref.key));
	return id < 0 ? -1 : id;
}

int operand_id_if_any(const struct args *args, int index, int *status)
{
	return find_id(args, index, true, status);
}

int operand_id(const struct args *args, int index, int *status)
{
	return find_id(args, index, false, status);
}

int each_operand(const struct args *args,
                 int (*each)(const struct args *args, const char *word, int id,
                             bool *stop))
{
	int status = STATUS_OK;
	bool stop = false;

	for (int i = 0; i < args->count && !stop; i++) {
		int id = operand_id(args, i, &status);

		if (id >= 0)
			status = status_join(status,
			                     each(args, args->words[i], id, &stop));
	}
	return status;
}

int stat_each_operand(const struct args *args, struct shmbox_info **infos)
{
	int status = STATUS_OK;

	*infos = calloc((size_t)args->count, sizeof(**infos));
	if (!*infos)
		return out_of_memory();
	for (int i = 0; i < args->count; i++) {
		struct shmbox_info *info = &(*infos)[i];
		int id = operand_id(args, i, &status);
		int rc = id < 0 ? id : shmbox_stat(id, info);

		if (id >= 0 && rc < 0)
			status = status_join(
				status, failed_on(SHMBOX_STAT, rc, args->words[i], id));
		if (rc < 0)
			info->id = -1;
	}
	return status;
}

int stat_operands(const struct args *args, struct shmbox_info **infos, int *count)
{
	int status = stat_each_operand(args, infos);

	*count = 0;
	for (int i = 0; *infos && i < args->count; i++) {
		if ((*infos)[i].id >= 0)
			(*infos)[(*count)++] = (*infos)[i];
	}
	return status;
}

void remove_created(const char *object, int id)
{
	int rc = shmbox_remove(id);
	char text[TEXT_MAX];

	/* -ENOENT: another process removed it first */
	if (rc >= 0 || rc == -ENOENT)
		return;
	note(object, "its new segment remains, id %d: %s", id, io_words(text, rc));
	hint("shmrm %d", id);
}

int resolve_range(const char *object, uint64_t size, int64_t offset,
                  const uint64_t *length, struct range *range)
{
	uint64_t back = offset < 0 ? -(uint64_t)offset : 0;
	char whole[TEXT_MAX];
	char part[TEXT_MAX];

	text_count(whole, size, "byte");
	if (offset < 0 && back > size)
		return fail(STATUS_FAILED, object,
		            "offset %lld is before the start of the segment (%s)",
		            (long long)offset, whole);
	range->offset = offset < 0 ? size - back : (uint64_t)offset;
	if (range->offset > size)
		return fail(STATUS_FAILED, object,
		            "offset %llu is past the end of the segment (%s)",
		            (unsigned long long)range->offset, whole);
	range->length = length ? *length : size - range->offset;
	if (range->length > size - range->offset)
		return fail(STATUS_FAILED, object,
		            "%s at offset %llu %s past the end of the segment (%s)",
		            text_count(part, range->length, "byte"),
		            (unsigned long long)range->offset,
		            range->length == 1 ? "is" : "are", whole);
	return STATUS_OK;
}
