/* SPDX-License-Identifier: MIT */
/* values.c - the values of options, for applets */

#include <assert.h>
#include <stdio.h>

#include <shmbox/shmbox.h>

#include "applet.h"
#include "parse/refs.h"

static const union value *value_of(const struct args *args, int index)
{
	assert(args->applet->options[index].kind != KIND_SWITCH);
	return args->seen[index] ? &args->option[index] : NULL;
}

uint64_t args_size(const struct args *args, int index, uint64_t fallback)
{
	const union value *value = value_of(args, index);

	return value ? value->size : fallback;
}

int64_t args_offset(const struct args *args, int index, int64_t fallback)
{
	const union value *value = value_of(args, index);

	return value ? value->offset : fallback;
}

const char *args_text(const struct args *args, int index, const char *fallback)
{
	const union value *value = value_of(args, index);

	return value ? value->text : fallback;
}

const char *args_object(const struct args *args, int index, char out[OPTION_OBJECT])
{
	if (!args->seen[index])
		return NULL;
	snprintf(out, OPTION_OBJECT, "--%s %s", args->applet->options[index].name,
	         args->typed[index]);
	return out;
}

int args_key(const struct args *args, int index, key_t *key)
{
	const union value *value = value_of(args, index);

	int rc = value ? key_resolve(&value->key, key) : 0;

	return rc < 0 ? ref_failed(SHMBOX_KEY, rc, args->typed[index]) : STATUS_OK;
}

mode_t args_mode(const struct args *args, int index, mode_t old)
{
	const char *text = args_text(args, index, NULL);
	mode_t mode = old;

	if (text)
		mode_apply(text, old, &mode);
	return mode;
}
