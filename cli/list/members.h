/* SPDX-License-Identifier: MIT */
/* members.h - the members of an archive, as a table or as JSON */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <shmbox/shmbox.h>

#include "text/json.h"
#include "text/sheet.h"

struct members {
	bool as_json;
	struct sheet sheet;
	struct json json;
};

void members_begin(struct members *members, bool as_json);
void members_add(struct members *members, const struct shmbox_member *member);
/* Prints them; returns a status. */
int members_end(struct members *members);

#endif
