/* SPDX-License-Identifier: MIT */
/*
 * names_files.c - users and groups from /etc/passwd and /etc/group
 *
 * fgetpwent(3) and fgetgrent(3) would add 3.5 KB to the program, and need memory for all
 * members of a group.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "text/names.h"
#include "text/number.h"
#include "text/text.h"

/* Bytes read at once, and bytes kept of a line: its list of members has no limit. */
enum { BUFFER = 4096, LINE_KEPT = 512 };

/* An entry name:x:number:group:.. (group is undefined for /etc/group). */
struct entry {
	char line[LINE_KEPT];
	size_t length;
	uint64_t number;
	uint64_t group;
};

static bool parse_entry(struct entry *entry)
{
	const char *at;
	char *colon;
	/* a number at the end of a truncated line may be incomplete */
	bool truncated = entry->length == LINE_KEPT - 1;
	bool big;

	entry->line[entry->length] = '\0';
	entry->length = 0;
	entry->group = 0;
	colon = strchr(entry->line, ':');
	at = colon ? strchr(colon + 1, ':') : NULL;
	if (!at || !digits(at + 1, 10, &at, &entry->number, &big) || (truncated && !*at))
		return false;
	if (*at == ':' && digits(at + 1, 10, &at, &entry->group, &big) && truncated &&
	    !*at)
		return false;
	*colon = '\0';
	return true;
}

/*
 * Finds the entry with this name, or with this number if name is NULL. Returns 0,
 * -ENOENT, or a negated errno.
 */
static int search(const char *path, const char *name, uint64_t number,
                  struct entry *entry)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[BUFFER];
	ssize_t got = 1;
	bool found = false;
	int rc = -ENOENT;

	if (fd < 0)
		return -errno;
	entry->length = 0;
	while (!found && got > 0) {
		got = read(fd, text, sizeof(text));
		if (got < 0) {
			rc = -errno;
			break;
		}
		/* the last line may have no newline */
		if (got == 0)
			text[0] = '\n';
		for (ssize_t i = 0; !found && (i < got || i == 0); i++) {
			if (text[i] == '\n')
				found = parse_entry(entry) &&
				        (name ? strcmp(entry->line, name) == 0
				              : entry->number == number);
			else if (entry->length < LINE_KEPT - 1)
				entry->line[entry->length++] = text[i];
		}
	}
	close(fd);
	return found ? 0 : rc;
}

int find_user(const char *name, uid_t *user, gid_t *group)
{
	struct entry entry;
	int rc = search("/etc/passwd", name, 0, &entry);

	if (rc < 0)
		return rc;
	*user = (uid_t)entry.number;
	*group = (gid_t)entry.group;
	return 0;
}

int find_login_group(uid_t user, gid_t *group)
{
	struct entry entry;
	int rc = search("/etc/passwd", NULL, user, &entry);

	if (rc < 0)
		return rc;
	*group = (gid_t)entry.group;
	return 0;
}

int find_group(const char *name, gid_t *group)
{
	struct entry entry;
	int rc = search("/etc/group", name, 0, &entry);

	if (rc < 0)
		return rc;
	*group = (gid_t)entry.number;
	return 0;
}

static bool write_name(char *out, const char *path, uint64_t number)
{
	struct entry entry;

	if (search(path, NULL, number, &entry) < 0)
		return false;
	return text_cut(out, TEXT_MAX, entry.line, strlen(entry.line)) ==
	       strlen(entry.line);
}

bool user_name(char *out, uid_t uid)
{
	return write_name(out, "/etc/passwd", uid);
}

bool group_name(char *out, gid_t gid)
{
	return write_name(out, "/etc/group", gid);
}
