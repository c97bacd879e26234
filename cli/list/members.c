/* SPDX-License-Identifier: MIT */
/* members.c - the members of an archive, as a table or as JSON */

#include <stdio.h>
#include <string.h>

#include "diag/diag.h"
#include "list/members.h"
#include "text/text.h"

static const char headings[][8] = {
	"NAME", "ID", "KEY", "OWNER", "PERMS", "SIZE", "STORED", "HOST",
};

enum {
	HEADINGS = sizeof(headings) / sizeof(*headings),
	SIZES = 1 << 1 | 1 << 5 | 1 << 6
};

void members_begin(struct members *members, bool as_json)
{
	*members = (struct members){ .as_json = as_json };
	if (as_json) {
		json_begin(&members->json);
		json_open(&members->json, "members", '[');
		return;
	}
	members->sheet.columns = HEADINGS;
	members->sheet.numbers = SIZES;
	for (int i = 0; i < HEADINGS; i++)
		sheet_add(&members->sheet, headings[i], PLAIN);
}

/* An archive may contain any bytes; an empty cell would shift the others. */
static void add_text(struct sheet *sheet, const char *text)
{
	char part[TEXT_MAX];
	char cell[ESCAPED_MAX];

	text_cut(part, sizeof(part), *text ? text : "-", *text ? strlen(text) : 1);
	sheet_add(sheet, text_escaped(cell, part, false), PLAIN);
}

static void add_row(struct sheet *sheet, const struct shmbox_member *member)
{
	char text[TEXT_MAX] = "-";

	add_text(sheet, member->name);
	if (member->id >= 0)
		snprintf(text, sizeof(text), "%d", member->id);
	add_text(sheet, text);
	snprintf(text, sizeof(text), member->key ? "0x%08x" : "-", (unsigned)member->key);
	add_text(sheet, text);
	if (member->user[0])
		add_text(sheet, member->user);
	else
		add_text(sheet, text_user(text, member->owner_uid));
	add_text(sheet, text_mode(text, member->mode));
	add_text(sheet, text_size(text, member->size));
	add_text(sheet, text_size(text, member->stored));
	add_text(sheet, member->host);
}

static void add_object(struct json *json, const struct shmbox_member *member)
{
	char text[TEXT_MAX];

	json_open(json, NULL, '{');
	json_text(json, "name", member->name);
	if (member->id >= 0)
		json_number(json, "id", member->id);
	else
		json_null(json, "id");
	snprintf(text, sizeof(text), "0x%08x", (unsigned)member->key);
	json_text(json, "key", text);
	json_count(json, "size", member->size);
	json_count(json, "stored", member->stored);
	snprintf(text, sizeof(text), "%04o", (unsigned)member->mode);
	json_text(json, "mode", text);
	json_count(json, "uid", member->owner_uid);
	json_count(json, "gid", member->owner_gid);
	json_number(json, "ctime", member->change_time);
	if (member->huge_page >= 0)
		json_number(json, "hugepage", member->huge_page);
	else
		json_null(json, "hugepage");
	json_bool(json, "locked", member->locked);
	json_text(json, "host", member->host);
	json_close(json, '}');
}

void members_add(struct members *members, const struct shmbox_member *member)
{
	if (members->as_json)
		add_object(&members->json, member);
	else
		add_row(&members->sheet, member);
}

int members_end(struct members *members)
{
	if (!members->as_json)
		return sheet_print(&members->sheet) ? STATUS_OK : out_of_memory();
	json_close(&members->json, ']');
	json_end(&members->json);
	return STATUS_OK;
}
