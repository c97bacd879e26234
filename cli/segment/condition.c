/* condition.c - a comparison with a value of a segment: "attached ge 1", "u32@8 eq 2" */

#include <errno.h>

#include "segment/condition.h"
#include "segment/word.h"

struct field attached_field(void)
{
	return (struct field){ .layout = { .width = sizeof(uint64_t), .count = 1 } };
}

static int read_attached(const struct condition *condition)
{
	struct shmbox_info info;
	int rc = shmbox_stat(condition->info->id, &info);

	/* another segment may have the id by now */
	if (rc == 0 && shmbox_is_gone(condition->info))
		rc = -ENOENT;
	if (rc == 0)
		*(uint64_t *)condition->values = info.attached;
	return rc;
}

/* 1 or 0, or -errno. */
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
