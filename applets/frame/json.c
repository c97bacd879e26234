/* json.c - JSON, written as it comes */

#include "frame.h"

enum { JSON_VERSION = 1 };

static void quote(const char *text)
{
	putchar('"');
	while (*text) {
		size_t length = text_length(text);
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			putchar('\\');
		if (length)
			fwrite(text, 1, length, stdout);
		else if (byte < 0x80)
			printf("\\u%04x", byte);
		else
			fputs("\\ufffd", stdout);
		text += length ? length : 1;
	}
	putchar('"');
}

static void name_next(struct json *json, const char *name)
{
	if (json->more)
		putchar(',');
	json->more = true;
	if (name) {
		quote(name);
		putchar(':');
	}
}

void json_open(struct json *json, const char *name, char bracket)
{
	name_next(json, name);
	putchar(bracket);
	json->more = false;
}

void json_close(struct json *json, char bracket)
{
	putchar(bracket);
	json->more = true;
}

void json_text(struct json *json, const char *name, const char *text)
{
	name_next(json, name);
	quote(text);
}

void json_plain(struct json *json, const char *name, const char *value)
{
	name_next(json, name);
	fputs(value, stdout);
}

void json_number(struct json *json, const char *name, int64_t number)
{
	name_next(json, name);
	printf("%lld", (long long)number);
}

void json_count(struct json *json, const char *name, uint64_t number)
{
	name_next(json, name);
	printf("%llu", (unsigned long long)number);
}

void json_bool(struct json *json, const char *name, bool value)
{
	json_plain(json, name, value ? "true" : "false");
}

void json_null(struct json *json, const char *name)
{
	json_plain(json, name, "null");
}

void json_begin(struct json *json)
{
	json_open(json, NULL, '{');
	json_number(json, "version", JSON_VERSION);
}

void json_end(struct json *json)
{
	json_close(json, '}');
	putchar('\n');
}
