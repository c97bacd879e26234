/* processes.h - the processes that have a segment attached: as a table, as JSON, as pids */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/json.h"
#include "text/sheet.h"

/*
 * A row for each process, below headings that are added before the first one. with_id: each
 * row begins with the id of the segment.
 */
void processes_rows(struct sheet *sheet, bool with_id, int id,
                    const struct holding *holding);

/* An object: the segment, how often it is attached, and its processes. */
void processes_json(struct json *json, const struct shmbox_info *info,
                    const struct holding *holding);

/* A line for each process. */
void processes_pids(const struct holding *holding);

#endif
