/* names_nss.c - users and groups as the system's C library knows them */

#include <grp.h>
#include <pwd.h>

#include "frame.h"
#include "names.h"

bool find_user(const char *name, uid_t *user, gid_t *group)
{
	const struct passwd *entry = getpwnam(name);

	if (!entry)
		return false;
	*user = entry->pw_uid;
	*group = entry->pw_gid;
	return true;
}

bool find_login_group(uid_t user, gid_t *group)
{
	const struct passwd *entry = getpwuid(user);

	if (!entry)
		return false;
	*group = entry->pw_gid;
	return true;
}

bool find_group(const char *name, gid_t *group)
{
	const struct group *entry = getgrnam(name);

	if (!entry)
		return false;
	*group = entry->gr_gid;
	return true;
}

static bool whole(char *out, const char *name)
{
	return text_cut(out, TEXT_MAX, name, strlen(name)) == strlen(name);
}

bool user_name(char *out, uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);

	return entry && whole(out, entry->pw_name);
}

bool group_name(char *out, gid_t gid)
{
	const struct group *entry = getgrgid(gid);

	return entry && whole(out, entry->gr_name);
}
