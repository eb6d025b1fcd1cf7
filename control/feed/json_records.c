// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/json_records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define END    (-1)
#define FAILED (-2)

struct json_records {
	struct line_reader *lines;
	const char *path;
	const char *at, *end; // of the block at hand
	uint32_t line;
	bool begun, in_object, in_array;
	bool first_member, first_element;
	char key[JSON_KEY_SIZE];
	size_t length;
	bool too_long;
	char text[LINE_SIZE_MAX];
	char *error; // of the call at hand
	size_t error_size;
};

struct json_records *json_records_open(
	struct line_reader *lines, const char *path, char *error, size_t error_size)
{
	struct json_records *records = malloc(sizeof(*records));
	if (!records) {
		snprintf(error, error_size, "%s: out of memory", path);
		return NULL;
	}
	records->lines = lines;
	records->path = path;
	records->at = records->end = NULL;
	records->line = 1;
	records->begun = records->in_object = records->in_array = false;
	records->first_member = records->first_element = false;
	return records;
}

void json_records_close(struct json_records *records)
{
	free(records);
}

// The next byte, which stays; END or FAILED.
static int peek(struct json_records *records)
{
	size_t size;
	if (records->at == records->end) {
		int status = line_next_block(
			records->lines, &records->at, &size, records->error, records->error_size);
		records->end = status > 0 ? records->at + size : records->at;
		if (status <= 0)
			return status < 0 ? FAILED : END;
	}
	return (unsigned char)*records->at;
}

static void step(struct json_records *records)
{
	records->line += *records->at == '\n';
	records->at++;
}

// The next byte that is no blank (RFC 8259 section 2), which stays.
static int peek_token(struct json_records *records)
{
	int byte;
	while ((byte = peek(records)) > 0 && strchr(" \t\r\n", byte))
		step(records);
	return byte;
}

static int malformed(struct json_records *records, int byte, const char *right)
{
	if (byte == END)
		snprintf(records->error, records->error_size,
			"%s:%u: the file ends early: %s is missing", records->path, records->line,
			right);
	else if (byte != FAILED)
		snprintf(records->error, records->error_size,
			"%s:%u: malformed JSON: %s is missing", records->path, records->line,
			right);
	return -1;
}

static void keep(struct json_records *records)
{
	records->too_long |= records->length == sizeof(records->text) - 1;
	if (!records->too_long)
		records->text[records->length++] = *records->at;
	step(records);
}

// From the opening quote to behind the closing one.
static int keep_string(struct json_records *records)
{
	int byte;
	keep(records);
	while ((byte = peek(records)) >= 0 && byte != '"') {
		keep(records);
		if (byte == '\\' && (byte = peek(records)) >= 0)
			keep(records);
		if (byte < 0)
			break;
	}
	if (byte < 0)
		return malformed(records, byte, "a closing quote");
	keep(records);
	return 0;
}

// A whole value, as far as strings and brackets say; jansson judges the rest.
static int keep_value(struct json_records *records)
{
	size_t depth = 0;
	records->length = 0;
	records->too_long = false;
	for (;;) {
		int byte = peek(records);
		if (byte < 0)
			return malformed(records, byte, "the end of a value");
		if (depth == 0 && strchr(", \t\r\n]}", byte))
			break;
		if (byte == '"') {
			if (keep_string(records) < 0)
				return -1;
		} else {
			depth += byte == '{' || byte == '[';
			depth -= depth > 0 && (byte == '}' || byte == ']');
			keep(records);
		}
		if (depth == 0 && (byte == '"' || byte == '}' || byte == ']'))
			break;
	}
	records->text[records->length] = '\0';
	return 0;
}

static int give_value(struct json_records *records, struct json_record *record, bool member)
{
	*record = (struct json_record){
		.line = records->line,
		.key = records->in_object ? records->key : NULL,
		.member = member,
		.text = records->text,
	};
	if (keep_value(records) < 0)
		return -1;
	record->length = records->length;
	record->too_long = records->too_long;
	return 1;
}

static int begin(struct json_records *records)
{
	int byte = peek_token(records);
	records->begun = true;
	records->in_object = records->first_member = byte == '{';
	records->in_array = records->first_element = byte == '[';
	if (byte != '{' && byte != '[')
		return malformed(records, byte, "an object or array");
	step(records);
	return 0;
}

static int finish(struct json_records *records)
{
	int byte = peek_token(records);
	return byte == END ? 0 : malformed(records, byte, "the end of the file");
}

// What stands between two elements or members: 1: there is another; 0: `closing` was there.
static int next_of(struct json_records *records, bool *first, char closing, const char *right)
{
	int byte = peek_token(records);
	if (byte == closing) {
		step(records);
		return 0;
	}
	if (!*first) {
		if (byte != ',')
			return malformed(records, byte, right);
		step(records);
		byte = peek_token(records);
	}
	*first = false;
	return byte < 0 ? malformed(records, byte, right) : 1;
}

// Up to a member's value.
static int take_key(struct json_records *records)
{
	int byte = peek_token(records);
	records->length = 0;
	records->too_long = false;
	if (byte != '"')
		return malformed(records, byte, "a member's name");
	if (keep_string(records) < 0)
		return -1;
	records->text[records->length] = '\0';
	snprintf(records->key, sizeof(records->key), "%.*s", (int)records->length - 2,
		records->text + 1);
	byte = peek_token(records);
	if (byte != ':')
		return malformed(records, byte, "a colon");
	step(records);
	byte = peek_token(records);
	return byte < 0 ? malformed(records, byte, "a member's value") : byte;
}

int json_records_next(
	struct json_records *records, struct json_record *record, char *error, size_t error_size)
{
	records->error = error;
	records->error_size = error_size;
	if (!records->begun && begin(records) < 0)
		return -1;
	for (;;) {
		int status;
		if (records->in_array) {
			status = next_of(
				records, &records->first_element, ']', "a comma or bracket");
			if (status != 0)
				return status < 0 ? -1 : give_value(records, record, false);
			records->in_array = false;
		}
		if (!records->in_object)
			return finish(records);
		status = next_of(records, &records->first_member, '}', "a comma or brace");
		if (status <= 0) {
			records->in_object = false;
			return status < 0 ? -1 : finish(records);
		}
		int byte = take_key(records);
		if (byte < 0)
			return -1;
		if (byte != '[')
			return give_value(records, record, true);
		step(records);
		records->in_array = records->first_element = true;
	}
}

json_t *json_record_parse(const struct json_record *record)
{
	return record->too_long ? NULL
				: json_loadb(record->text, record->length,
					  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
}

const char *json_record_text(const json_t *object, const char *name, char number[JSON_NUMBER_SIZE])
{
	const json_t *value = json_object_get(object, name);
	if (!value || json_is_null(value))
		return "";
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_integer(value))
		return NULL;
	snprintf(number, JSON_NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return number;
}
