/* processes.h - the processes that have a segment attached: as a table, as JSON, as pids */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/json.h"
#include "text/sheet.h"

/*
 * Adds a row for each process, and before the first row the headings. with_id adds a
 * column with the id of the segment.
 */
void processes_rows(struct sheet *sheet, bool with_id, int id,
                    const struct holding *holding);

/* Prints a JSON object: the segment, its number of attaches, and its processes. */
void processes_json(struct json *json, const struct shmbox_info *info,
                    const struct holding *holding);

/* Prints the pid of each process, one on a line. */
void processes_pids(const struct holding *holding);

#endif
