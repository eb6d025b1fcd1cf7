// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A JSON file (RFC 8259) as a stream of records: the elements of `[record, ...]`, or the members of
// `{"key": [record, ...], "key": value, ...}`.
//
// A list of a million entries is one JSON value, which jansson would hold as a whole, in gigabytes.
// So this finds where each record begins and ends, and only that is handed to jansson: memory is
// bounded by LINE_SIZE_MAX however long the file is, and a malformed record costs one row. What is
// malformed between the records, or cut short, makes the file useless. One thread.

#include "control/feed/line.h"

#include <jansson.h>

#define JSON_KEY_SIZE 128 // of a longer one, its beginning

struct json_records;

struct json_record {
	uint32_t line;   // where it begins
	const char *key; // as written in the file; NULL: the file is an array
	bool member;     // a member's value itself, not an element of its array
	bool too_long;   // `text` is only its beginning
	char *text;      // valid until the next call
	size_t length;
};

// `lines` is the caller's, and at its beginning. NULL with one line in `error`: out of memory.
struct json_records *json_records_open(
	struct line_reader *lines, const char *path, char *error, size_t error_size);
void json_records_close(struct json_records *records); // NULL is allowed

// 1: `record` is filled; 0: the end; -1: failed, with one line in `error`.
int json_records_next(
	struct json_records *records, struct json_record *record, char *error, size_t error_size);

// The record's value, the caller's; NULL: no JSON, too long, or a name twice in an object.
json_t *json_record_parse(const struct json_record *record);

// A member that is a text, a whole number or a truth value, as text; "" where it is null or absent;
// NULL where it is anything else. `number` is where numbers are written.
#define JSON_NUMBER_SIZE 24
const char *json_record_text(const json_t *object, const char *name, char number[JSON_NUMBER_SIZE]);
