/* SPDX-License-Identifier: MIT */
/* quantities.c - parse SIZE, OFFSET, DURATION and plain numbers */

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "parse/parsers.h"
#include "text/number.h"

/*
 * The factor of a unit: 1 for "", powers of 1024 for K and KiB, powers of 1000 for KB; 0
 * if it is unknown.
 */
static uint64_t unit_factor(const char *unit)
{
	static const char letters[] = "KMGTPE";
	const char *letter =
		*unit ? strchr(letters, toupper((unsigned char)*unit)) : NULL;
	uint64_t step = 0;
	uint64_t factor = 1;

	if (!*unit)
		return 1;
	if (letter && (!unit[1] || strcmp(unit + 1, "iB") == 0))
		step = 1024;
	else if (letter && strcmp(unit + 1, "B") == 0)
		step = 1000;
	if (!step)
		return 0;
	for (; letter >= letters; letter--)
		factor *= step;
	return factor;
}

static bool is_negative(const char *text)
{
	return text[0] == '-' && isdigit((unsigned char)text[1]);
}

static bool too_large(struct problem *problem, uint64_t most)
{
	return wrong(problem, "too large: the maximum is %llu", (unsigned long long)most);
}

/* Rejects "1.5M", with the hint to use "1536K"; a fraction of a byte is rounded up. */
static bool not_whole(uint64_t whole, const char *part, struct problem *problem)
{
	enum { DECIMALS = 6, TERA = 4 };
	static const char letters[] = "KMGT";
	uint64_t scale = 1;
	uint64_t number = 0;
	size_t places = strspn(part, "0123456789");
	uint64_t factor = unit_factor(part + places);
	char letter[2] = "";

	wrong(problem, "not a whole number");
	if (factor < 2 || factor > UINT64_C(1) << 10 * TERA || !places ||
	    places > DECIMALS || whole > UINT64_MAX / 2 / factor)
		return false;
	for (; places > 0; places--, part++) {
		number = number * 10 + (uint64_t)(*part - '0');
		scale *= 10;
	}
	number = whole * factor + (number * factor + scale - 1) / scale;
	for (size_t i = 0; letters[i] && number % 1024 == 0; i++, number /= 1024)
		letter[0] = letters[i];
	snprintf(problem->hint, sizeof(problem->hint), "use %llu%s",
	         (unsigned long long)number, letter);
	return false;
}

static bool unknown_unit(const char *unit, const char *units, struct problem *problem)
{
	if (isspace((unsigned char)*unit))
		return wrong(problem, "a blank follows the number");
	snprintf(problem->hint, sizeof(problem->hint), "%s", units);
	return wrong(problem, "unknown unit '%s'", unit);
}

static bool bytes(const char *text, uint64_t most, uint64_t *number,
                  struct problem *problem)
{
	bool hex = skip_hex(&text);
	const char *unit;
	uint64_t factor;
	bool big;

	if (!digits(text, hex ? 16 : 10, &unit, number, &big))
		return wrong(problem, "not a number");
	if (*unit == '.' && !hex)
		return not_whole(*number, unit + 1, problem);
	factor = unit_factor(unit);
	if (!factor)
		return unknown_unit(unit,
		                    "use no unit for bytes, K or KiB for 1024, KB for "
		                    "1000; likewise M G T",
		                    problem);
	if (big || __builtin_mul_overflow(*number, factor, number) || *number > most)
		return too_large(problem, most);
	return true;
}

bool parse_size(const char *text, union value *value, struct problem *problem)
{
	if (is_negative(text))
		return wrong(problem, "a size cannot be negative");
	return bytes(text, UINT64_MAX, &value->size, problem);
}

bool parse_offset(const char *text, union value *value, struct problem *problem)
{
	bool negative = *text == '-';
	uint64_t number;

	if (!bytes(text + negative, INT64_MAX, &number, problem))
		return false;
	if (negative && number == 0)
		return wrong(problem, "past the last byte; use 0 for the first");
	value->offset = negative ? -(int64_t)number : (int64_t)number;
	return true;
}

/* Converts a number with decimals to nanoseconds; decimals below 1 ns are ignored. */
static bool scale(uint64_t whole, const char *decimals, uint64_t unit, uint64_t *result)
{
	uint64_t part = 0;
	uint64_t step = unit;

	for (; isdigit((unsigned char)*decimals); decimals++) {
		part += (uint64_t)(*decimals - '0') * (step / 10);
		step /= 10;
	}
	return !__builtin_mul_overflow(whole, unit, result) &&
	       !__builtin_add_overflow(*result, part, result);
}

bool parse_duration(const char *text, union value *value, struct problem *problem)
{
	static const struct {
		char name[4];
		uint64_t nanoseconds;
	} units[] = {
		{ "", 1000000000 },
		{ "ms", 1000000 },
		{ "s", 1000000000 },
		{ "m", 60 * 1000000000ULL },
		{ "h", 3600 * 1000000000ULL },
		{ "d", 86400 * 1000000000ULL },
	};
	const char *decimals = "";
	const char *unit;
	uint64_t whole;
	bool big;

	if (is_negative(text))
		return wrong(problem, "a duration cannot be negative");
	/* .5 means 0.5, as for f64 */
	if (!digits(text, 10, &unit, &whole, &big) && *unit != '.')
		return wrong(problem, "not a number");
	if (*unit == '.') {
		decimals = unit + 1;
		unit = decimals + strspn(decimals, "0123456789");
		if (unit == decimals)
			return wrong(problem, "not a number");
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		if (big || !scale(whole, decimals, units[i].nanoseconds, &value->size))
			return wrong(problem, "too large");
		return true;
	}
	return unknown_unit(unit, "use ms, s, m, h or d", problem);
}

static bool whole_number(const char *text, uint64_t limit, union value *value,
                         struct problem *problem)
{
	const char *end;
	uint64_t number;
	bool big;

	if (is_negative(text))
		return wrong(problem, "cannot be negative");
	if (!digits(text, 10, &end, &number, &big) || *end)
		return wrong(problem, "not a number");
	if (big || number > limit)
		return too_large(problem, limit);
	value->number = (int64_t)number;
	return true;
}

bool parse_number(const char *text, union value *value, struct problem *problem)
{
	return whole_number(text, INT64_MAX, value, problem);
}

bool parse_id(const char *text, union value *value, struct problem *problem)
{
	return whole_number(text, INT32_MAX, value, problem);
}

bool parse_pid(const char *text, union value *value, struct problem *problem)
{
	if (!whole_number(text, INT32_MAX, value, problem)) {
		if (isalpha((unsigned char)*text))
			snprintf(problem->hint, sizeof(problem->hint),
			         "use the number of a process: pidof %s", text);
		return false;
	}
	return value->number > 0 || wrong(problem, "no process has this number");
}
