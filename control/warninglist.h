// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// MISP warninglists (https://github.com/MISP/misp-warninglists, lists/*/list.json): what is known
// to be named in lists of indicators by mistake, as JSON.
//
// {"name": text, "type": "cidr" | "hostname" | "string", "list": [text, ...], ...}. The types
// "regex" and "substring" say nothing that could be looked up and are refused. Any thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The largest one of the project's is some 40 MB.
#define WARNINGLIST_SIZE_MAX (64u << 20)

enum warninglist_type {
	WARNINGLIST_CIDR,     // addresses and prefixes
	WARNINGLIST_HOSTNAME, // names, each with everything below it
	WARNINGLIST_STRING,   // the very text: here an address or a name
};

struct warninglist_sink {
	void *context;
	// Once, before the entries. false ends the reading.
	bool (*begin)(void *context, enum warninglist_type type, const char *name);
	// `line` is where the entry stands in the file. false ends the reading.
	bool (*entry)(void *context, uint32_t line, const char *text);
};

// By the beginning of a file: a JSON object.
bool warninglist_detect(const char *beginning, size_t size);

// 0. -1 with one line in `error`: file, line, what would be right; or the sink ended it, and
// `error` is its own.
int warninglist_read(
	const char *path, const struct warninglist_sink *sink, char *error, size_t error_size);
