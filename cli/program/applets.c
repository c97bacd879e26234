/* SPDX-License-Identifier: MIT */
/* applets.c - the applets by name */

#include <stdio.h>
#include <string.h>

#include "program/program.h"
#include "text/text.h"

#define APPLET(name) extern const struct applet applet_##name;
#include "applets.inc"
#undef APPLET

#define APPLET(name) &applet_##name,
const struct applet *const applets[] = {
#include "applets.inc"
	NULL,
};
#undef APPLET

const struct applet *find_applet(const char *name)
{
	for (const struct applet *const *row = applets; *row; row++) {
		if (strcmp((*row)->name, name) == 0)
			return *row;
	}
	return NULL;
}

const struct applet *find_word(const char *word)
{
	const struct applet *applet = find_applet(word);
	char whole[TEXT_MAX];

	snprintf(whole, sizeof(whole), "shm%s", word);
	return applet ? applet : find_applet(whole);
}
