/* SPDX-License-Identifier: MIT */
/* selection.c - the segments that an applet lists */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/namespaces.h"
#include "segment/operand.h"
#include "segment/selection.h"

/* Lists the segments of the namespace that this process is in, which has this number. */
static int list_all(const struct selection *selection, uint64_t ns,
                    struct shmbox_info **infos)
{
	int count = selection->needs & NEEDS_MEMORY ? shmbox_list_counted(infos)
	                                            : shmbox_list(infos);
	int rc = 0;

	for (int i = 0; i < count; i++)
		(*infos)[i].ns = ns;
	if (count >= 0 && selection->each)
		rc = selection->each(selection->each_data, *infos, count);
	return rc < 0 ? rc : count;
}

int select_here(struct selection *selection, const struct args *args)
{
	int status = STATUS_OK;

	if (args->count)
		status = stat_operands(args, &selection->infos, &selection->count);
	else
		selection->count = list_all(selection, 0, &selection->infos);
	if (selection->count < 0)
		return failed(SHMBOX_LIST, selection->count, NULL, NULL);
	selection->count = filter_list(&selection->filter, selection->infos,
	                               selection->count, &selection->listing);
	listing_read(&selection->listing, selection->infos, selection->count,
	             selection->needs);
	return status;
}

/* A process that has exited, or is in another namespace, has no segment attached here. */
static int read_holder(struct filter *filter)
{
	int rc = filter->holder ? filter_read_holder(filter) : 0;

	return rc == -EXDEV || rc == -ESRCH || rc == -ENOENT ? 0 : rc;
}

static int append(struct selection *selection, const struct shmbox_info *infos, int count)
{
	size_t size = (size_t)(selection->count + count) + 1;
	struct shmbox_info *all = realloc(selection->infos, size * sizeof(*all));

	if (!all)
		return -ENOMEM;
	memcpy(all + selection->count, infos, (size_t)count * sizeof(*all));
	selection->infos = all;
	selection->count += count;
	return 0;
}

/* Adds the segments of the namespace that this process has entered. */
static int add_namespace(void *data, const struct shmbox_namespace *namespace)
{
	struct selection *selection = data;
	struct shmbox_info *infos;
	int count = list_all(selection, namespace->ns, &infos);
	int rc;

	if (count <= 0) {
		free(infos);
		return count;
	}
	rc = read_holder(&selection->filter);
	if (rc == 0) {
		count = filter_list(&selection->filter, infos, count,
		                    &selection->listing);
		listing_read_in(&selection->listing, namespace, infos, count,
		                selection->needs);
		rc = append(selection, infos, count);
	}
	free(infos);
	return rc;
}

int select_everywhere(struct selection *selection)
{
	return each_namespace(add_namespace, selection, selection->quiet);
}

void selection_end(struct selection *selection)
{
	listing_end(&selection->listing);
	free(selection->infos);
	free(selection->filter.held);
}
