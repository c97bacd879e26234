/* SPDX-License-Identifier: MIT */
/*
 * names.h - user and group names and numbers
 *
 * CMake compiles one of two files. names_nss.c uses the name services of the C library.
 * names_files.c, for static programs, reads only /etc/passwd and /etc/group, and has a
 * tenth of the size.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <sys/types.h>

/* A new owner; without has_user or has_group that part stays as it is. */
struct owner {
	bool has_user;
	bool has_group;
	uid_t user;
	gid_t group;
};

/*
 * Look up a user or group by name. Return 0, -ENOENT if the name is unknown, or a negated
 * errno if the lookup fails. *group of a user is the login group.
 */
int find_user(const char *name, uid_t *user, gid_t *group);
int find_group(const char *name, gid_t *group);

/* Stores the login group of this user. Returns as above. */
int find_login_group(uid_t user, gid_t *group);

/*
 * Write the name into out, which has room for TEXT_MAX bytes. Return false if there is no
 * name, or only a longer one: a truncated name may be that of another user.
 */
bool user_name(char *out, uid_t uid);
bool group_name(char *out, gid_t gid);

#endif
