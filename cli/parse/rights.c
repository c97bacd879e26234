/* SPDX-License-Identifier: MIT */
/* rights.c - parse MODE and OWNER, with the syntax of chmod(1) and chown(1) */

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag/diag.h"
#include "parse/parsers.h"
#include "parse/refs.h"
#include "text/names.h"
#include "text/number.h"
#include "text/text.h"

enum { ALL_PERMISSIONS = 0777 };

/* Parses u, g, o and a at the start of a clause. Returns their bits. */
static mode_t class_mask(const char **text)
{
	mode_t mask = 0;

	for (; **text && strchr("ugoa", **text); (*text)++)
		mask |= **text == 'u'   ? 0700
		        : **text == 'g' ? 0070
		        : **text == 'o' ? 0007
		                        : 0777;
	return mask;
}

/*
 * Parses what follows the operator: letters r, w, x, or one class whose bits are copied.
 */
static mode_t permissions(const char **text, mode_t old)
{
	mode_t bits = 0;

	if (**text && strchr("ugo", **text)) {
		bits = (old >> (**text == 'u' ? 6 : **text == 'g' ? 3 : 0)) & 7;
		(*text)++;
	} else {
		for (; **text && strchr("rwx", **text); (*text)++)
			bits |= **text == 'r' ? 4 : **text == 'w' ? 2 : 1;
	}
	return bits << 6 | bits << 3 | bits;
}

static mode_t current_umask(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return mask;
}

/* Applies one clause: [ugoa]...[-+=][rwx|u|g|o], the last two parts repeatable. */
static bool clause(const char **text, mode_t *mode)
{
	mode_t classes = class_mask(text);
	mode_t mask = classes ? classes : ALL_PERMISSIONS & ~current_umask();

	if (!**text || !strchr("-+=", **text))
		return false;
	while (**text && strchr("-+=", **text)) {
		char sign = *(*text)++;
		mode_t bits = permissions(text, *mode) & mask;

		if (sign == '=')
			*mode &= ~(classes ? classes : ALL_PERMISSIONS);
		*mode = sign == '-' ? *mode & ~bits : *mode | bits;
	}
	return true;
}

/*
 * The form of listings, "rw-r-----", or with the type of a file as ls(1) has it. Some of these
 * could be symbolic modes too, such as "-w-------"; they are not.
 */
static bool as_listed(const char *text, mode_t *mode)
{
	static const char letters[] = "rwxrwxrwx";
	mode_t bits = 0;

	if (*text == '-' && strlen(text) == sizeof(letters))
		text++;
	for (int i = 0; letters[i]; i++) {
		if (text[i] != letters[i] && text[i] != '-')
			return false;
		bits = bits << 1 | (text[i] != '-');
	}
	if (text[sizeof(letters) - 1])
		return false;
	*mode = bits;
	return true;
}

bool mode_apply(const char *text, mode_t old, mode_t *mode)
{
	if (as_listed(text, mode))
		return true;
	*mode = old;
	if (*text >= '0' && *text <= '7') {
		const char *end;
		uint64_t octal;
		bool big;

		digits(text, 8, &end, &octal, &big);
		*mode = (mode_t)octal;
		return !*end && !big && octal <= ALL_PERMISSIONS;
	}
	while (clause(&text, mode)) {
		if (!*text)
			return true;
		if (*text++ != ',')
			break;
	}
	return false;
}

bool parse_mode(const char *text, union value *value, struct problem *problem)
{
	mode_t unused;

	value->text = text;
	if (mode_apply(text, 0, &unused))
		return true;
	return wrong(problem,
	             "not a mode: expected octal up to 777, or letters as in u=rw,go-w "
	             "or rw-r-----");
}

static bool whole_id(const char *text, uint32_t *id)
{
	const char *end;
	uint64_t number;
	bool big;

	/* -1 means "do not change" (chown(2)) */
	if (!digits(text, 10, &end, &number, &big) || *end || big || number >= UINT32_MAX)
		return false;
	*id = (uint32_t)number;
	return true;
}

static const char *names_file(bool user)
{
	return user ? "/etc/passwd" : "/etc/group";
}

static bool unknown(struct problem *problem, bool user, const char *name)
{
	const char *file = names_file(user);

	if (!isalpha((unsigned char)*name) && *name != '_')
		return wrong(problem, "no such %s", user ? "user" : "group");
	if (access(file, R_OK) == 0)
		return wrong(problem, "not in %s", file);
	snprintf(problem->hint, sizeof(problem->hint), "use the number");
	return wrong(problem, "cannot read %s", file);
}

/* The name may exist: the lookup failed. */
static bool unreadable(struct problem *problem, bool user, int rc)
{
	char words[TEXT_MAX];

	problem->status = STATUS_FAILED;
	return wrong(problem, "cannot read %s: %s", names_file(user),
	             io_words(words, rc));
}

static bool not_found(struct problem *problem, bool user, const char *name, int rc)
{
	return rc == -ENOENT ? unknown(problem, user, name)
	                     : unreadable(problem, user, rc);
}

static bool user_part(const char *name, bool with_group, struct owner *owner,
                      struct problem *problem)
{
	int rc = find_user(name, &owner->user, &owner->group);

	if (rc < 0) {
		if (!whole_id(name, &owner->user))
			return not_found(problem, true, name, rc);
		rc = with_group ? find_login_group(owner->user, &owner->group) : 0;
		if (rc < 0 && rc != -ENOENT)
			return unreadable(problem, true, rc);
		if (rc < 0)
			return wrong(
				problem,
				"no user has this number: the login group is unknown");
	}
	owner->has_user = true;
	owner->has_group = with_group;
	return true;
}

static bool group_part(const char *name, struct owner *owner, struct problem *problem)
{
	int rc = find_group(name, &owner->group);

	if (rc < 0 && !whole_id(name, &owner->group))
		return not_found(problem, false, name, rc);
	owner->has_group = true;
	return true;
}

bool parse_owner(const char *text, union value *value, struct problem *problem)
{
	const char *colon = strchr(text, ':');
	bool login_group = colon && !colon[1];
	char name[TEXT_MAX * 4];
	size_t length = colon ? (size_t)(colon - text) : strlen(text);

	value->owner = (struct owner){ 0 };
	if (length >= sizeof(name) || strcmp(text, ":") == 0 || !*text)
		return wrong(problem,
		             "not an owner: expected USER, :GROUP, USER:GROUP or USER:");
	memcpy(name, text, length);
	name[length] = '\0';
	if (length && !user_part(name, login_group, &value->owner, problem))
		return false;
	return !colon || login_group || group_part(colon + 1, &value->owner, problem);
}
