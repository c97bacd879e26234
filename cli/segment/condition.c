/* SPDX-License-Identifier: MIT */
/* condition.c - the condition of shmwait: "attached ge 1", "u32@8 eq 2" */

#include <errno.h>

#include "diag/diag.h"
#include "parse/kinds.h"
#include "segment/condition.h"
#include "segment/word.h"

int comparison_missing(const char *word)
{
	return misuse(word, "OP is missing; use %s", kind_notation(KIND_OP));
}

struct field attached_field(void)
{
	return (struct field){ .layout = { .width = sizeof(uint64_t), .count = 1 } };
}

int condition_read(struct condition *condition, const struct args *args)
{
	bool attached = args->values[1].awaited.event == EVENT_ATTACHED;
	char **words = args->words;
	int status;

	condition->wanted.comparison = args->values[2].comparison;
	if (attached && condition->wanted.comparison >= IS_SET)
		return misuse(words[2],
		              "attached is a number: use eq, ne, lt, le, gt or ge");
	status = wanted_read(&condition->wanted, &condition->field, words[3]);
	if (status == STATUS_OK &&
	    !wanted_possible(&condition->wanted, &condition->field))
		return misuse(words[1], "%s %s is never true", words[2],
		              *words[3] ? words[3] : "''");
	return status;
}

static int read_attached(const struct condition *condition)
{
	struct shmbox_info info;
	int rc = shmbox_stat(condition->info->id, &info);

	/* the id may belong to another segment by now */
	if (rc == 0 && shmbox_is_gone(condition->info))
		rc = -ENOENT;
	if (rc == 0)
		*(uint64_t *)condition->values = info.attached;
	return rc;
}

/* Returns 1 or 0, or a negated errno. */
static int is_true(void *data)
{
	const struct condition *condition = data;
	int rc = condition->map
	                 ? field_get(condition->map, &condition->field, condition->values)
	                 : read_attached(condition);

	return rc < 0 ? rc
	              : wanted_is(&condition->wanted, &condition->field,
	                          condition->values);
}

int condition_wait(struct condition *condition, uint64_t timeout)
{
	const struct shmbox_watch watch = {
		.look = is_true,
		.data = condition,
		.timeout = timeout,
		.map = condition->map,
		.info = condition->info,
		.wakeable = condition->map != NULL,
		.word = word_of(condition->field.layout.offset),
	};

	return shmbox_wait(&watch);
}
