/* SPDX-License-Identifier: MIT */
/* announce.c - print the id of a new segment, or that it would fit */

#include <stdio.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "text/io.h"
#include "text/json.h"
#include "text/text.h"
#include "work/announce.h"

int announce_segment(const struct creation *creation, bool as_json)
{
	struct shmbox_info info = { 0 };
	struct json json = { 0 };
	char key[TEXT_MAX];
	int rc;

	if (!as_json) {
		fprintf(output, "%d\n", creation->id);
		return STATUS_OK;
	}
	rc = shmbox_stat(creation->id, &info);
	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, creation->size, creation->id);
	snprintf(key, sizeof(key), "0x%08x", (unsigned)info.key);
	json_begin(&json);
	json_number(&json, "id", creation->id);
	json_text(&json, "key", key);
	json_count(&json, "size", info.size);
	json_bool(&json, "created", creation->created);
	json_end(&json);
	return STATUS_OK;
}

void announce_fit(const struct creation *creation, bool as_json)
{
	struct json json = { 0 };

	if (!as_json) {
		fprintf(output, "would fit\n");
		return;
	}
	json_begin(&json);
	json_count(&json, "size", creation->spec.size);
	json_bool(&json, "fits", true);
	json_end(&json);
}
