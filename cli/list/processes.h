/* SPDX-License-Identifier: MIT */
/* processes.h - the processes that have a segment attached: as a table, as JSON, as pids */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/json.h"
#include "text/sheet.h"

/* The headings; processes_rows() adds them itself before the first row. */
void processes_headings(struct sheet *sheet, bool with_id);

/* A row for each process. with_id: each row begins with the id of the segment. */
void processes_rows(struct sheet *sheet, bool with_id, int id,
                    const struct holding *holding);

/* A row for a segment whose processes are all unknown. */
void processes_unknown(struct sheet *sheet, int id);

/* An object: the segment, how often it is attached, and its processes. */
void processes_json(struct json *json, const struct shmbox_info *info,
                    const struct holding *holding);

/* Pids of several segments. Zero-initialise; pids_print() frees them. */
struct pids {
	pid_t *list;
	size_t count;
};

/* Adds the pid of each process; false if there is no memory. */
bool pids_add(struct pids *pids, const struct holding *holding);
/* Prints each pid once, on a line of its own, in ascending order. */
void pids_print(struct pids *pids);

#endif
