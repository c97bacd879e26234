/*
 * names.h - users and groups by name and by number
 *
 * CMake compiles names_nss.c, which asks the system's C library, or for a static program
 * names_files.c, which knows /etc/passwd and /etc/group and is a tenth of the size.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <sys/types.h>

/* Who an owner is to become; either part may be left as it is. */
struct owner {
	bool has_user;
	bool has_group;
	uid_t user;
	gid_t group;
};

/*
 * 0, -ENOENT if there is no such user, or why that cannot be told; group becomes the login
 * group.
 */
int find_user(const char *name, uid_t *user, gid_t *group);
int find_group(const char *name, gid_t *group);

/* The login group of a user that has a number. */
int find_login_group(uid_t user, gid_t *group);

/*
 * Each writes the name into out, which has room for TEXT_MAX bytes. False if it has none, or one
 * that is longer, since part of a name may be the name of another.
 */
bool user_name(char *out, uid_t uid);
bool group_name(char *out, gid_t gid);

#endif
