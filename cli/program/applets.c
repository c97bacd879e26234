/* applets.c - the applets by name */

#include <string.h>

#include "program/program.h"

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
