/* SPDX-License-Identifier: MIT */
/* names_nss.c - users and groups from the name services of the C library */

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "text/names.h"
#include "text/text.h"

/* For an unknown name, errno may be unchanged, or one of these (getpwnam(3)). */
static int not_found(void)
{
	bool unknown = errno == 0 || errno == ESRCH || errno == EBADF || errno == EPERM;

	return unknown ? -ENOENT : -errno;
}

int find_user(const char *name, uid_t *user, gid_t *group)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwnam(name);
	if (!entry)
		return not_found();
	*user = entry->pw_uid;
	*group = entry->pw_gid;
	return 0;
}

int find_login_group(uid_t user, gid_t *group)
{
	const struct passwd *entry;

	errno = 0;
	entry = getpwuid(user);
	if (!entry)
		return not_found();
	*group = entry->pw_gid;
	return 0;
}

int find_group(const char *name, gid_t *group)
{
	const struct group *entry;

	errno = 0;
	entry = getgrnam(name);
	if (!entry)
		return not_found();
	*group = entry->gr_gid;
	return 0;
}

static bool copy_name(char *out, const char *name)
{
	return text_cut(out, TEXT_MAX, name, strlen(name)) == strlen(name);
}

bool user_name(char *out, uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);

	return entry && copy_name(out, entry->pw_name);
}

bool group_name(char *out, gid_t gid)
{
	const struct group *entry = getgrgid(gid);

	return entry && copy_name(out, entry->gr_name);
}
