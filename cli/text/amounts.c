/* SPDX-License-Identifier: MIT */
/* amounts.c - how sizes, modes, ages, times and users are written */

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "text/names.h"
#include "text/number.h"
#include "text/text.h"

/* Rounded up, as by ls -h: 64K + 1 byte is 65K. */
char *text_size(char *out, uint64_t bytes)
{
	static const char units[] = " KMGTPE";
	unsigned shift = 0;
	uint64_t unit;
	uint64_t tenths;
	char *end;

	while (shift < 60 && bytes >> shift >= 1024)
		shift += 10;
	unit = UINT64_C(1) << shift;
	tenths =
		(bytes >> shift) * 10 + (((bytes & (unit - 1)) * 10 + unit - 1) >> shift);
	end = put_number(out, (tenths + (tenths < 100 ? 0 : 9)) / 10);
	if (tenths < 100 && tenths % 10) {
		*end++ = '.';
		*end++ = (char)('0' + tenths % 10);
	}
	if (shift)
		*end++ = units[shift / 10];
	*end = '\0';
	return out;
}

char *text_count(char *out, uint64_t number, const char *unit)
{
	snprintf(out, TEXT_MAX, "%llu %s%s", (unsigned long long)number, unit,
	         number == 1 ? "" : "s");
	return out;
}

char *text_mode(char *out, mode_t mode)
{
	static const char letters[] = "rwxrwxrwx";

	for (int bit = 0; bit < 9; bit++)
		out[bit] = (char)(mode & (0400U >> bit) ? letters[bit] : '-');
	out[9] = '\0';
	return out;
}

char *text_age(char *out, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	int i = 0;
	char *end;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	end = put_number(out, (uint64_t)(seconds / units[i].seconds));
	*end++ = units[i].letter;
	*end = '\0';
	return out;
}

/* UTC, which is the same in every container and needs no time zone files. */
char *text_time(char *out, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm utc;

	if (gmtime_r(&time, &utc))
		snprintf(out, TEXT_MAX, "%04lld-%02d-%02dT%02d:%02d:%02dZ",
		         utc.tm_year + 1900LL, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
		         utc.tm_min, utc.tm_sec);
	else
		stpcpy(out, "?");
	return out;
}

char *text_now(char *out)
{
	struct timespec now;
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	length = strlen(text_time(out, now.tv_sec));
	snprintf(out + length - 1, TEXT_MAX - length, ".%03dZ",
	         (int)(now.tv_nsec / 1000000));
	return out;
}

char *text_group(char *out, gid_t gid)
{
	if (!group_name(out, gid))
		snprintf(out, TEXT_MAX, "%u", (unsigned)gid);
	return out;
}

char *text_user(char *out, uid_t uid)
{
	if (!user_name(out, uid))
		snprintf(out, TEXT_MAX, "%u", (unsigned)uid);
	return out;
}
