// SPDX-License-Identifier: BSD-3-Clause
#include "control/warninglist.h"

#include "control/feed/text.h"

#include <jansson.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const types[] = {
	[WARNINGLIST_CIDR] = "cidr",
	[WARNINGLIST_HOSTNAME] = "hostname",
	[WARNINGLIST_STRING] = "string",
};

static size_t skip_mark(const char *text, size_t size)
{
	return size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

bool warninglist_detect(const char *beginning, size_t size)
{
	for (size_t i = skip_mark(beginning, size); i < size; i++)
		if (!strchr(" \t\r\n", beginning[i]) || !beginning[i])
			return beginning[i] == '{';
	return false;
}

// The file's bytes, the caller's to free.
static char *read_file(const char *path, size_t *size, char *error, size_t error_size)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	*size = 0;
	if (!file) {
		snprintf(error, error_size, "%s: cannot be opened: %s", path, strerror(errno));
		return NULL;
	}
	while (!feof(file) && !ferror(file)) {
		if (*size == room) {
			room = room ? 2 * room : 1u << 16;
			char *larger = room > 2 * WARNINGLIST_SIZE_MAX ? NULL : realloc(text, room);
			if (!larger) {
				snprintf(error, error_size, "%s: out of memory", path);
				goto fail;
			}
			text = larger;
		}
		*size += fread(text + *size, 1, room - *size, file);
		if (*size > WARNINGLIST_SIZE_MAX) {
			snprintf(error, error_size, "%s: a warninglist may have %u MiB", path,
				WARNINGLIST_SIZE_MAX >> 20);
			goto fail;
		}
	}
	if (ferror(file)) {
		snprintf(error, error_size, "%s: cannot be read: %s", path, strerror(errno));
		goto fail;
	}
	fclose(file);
	return text;
fail:
	fclose(file);
	free(text);
	return NULL;
}

// Walks a text that is known to be JSON, because the parser does not say where a value stands.
struct scan {
	const char *at, *end;
	uint32_t line;
};

static void scan_step(struct scan *scan)
{
	scan->line += *scan->at == '\n';
	scan->at++;
}

// From the opening quote to behind the closing one. A line feed inside is no JSON.
static void scan_string(struct scan *scan)
{
	for (scan->at++; *scan->at != '"'; scan->at++)
		scan->at += *scan->at == '\\';
	scan->at++;
}

// Goes to the next string at `depth`; false: the brackets around it were closed. `*depth` follows.
static bool scan_next_string(struct scan *scan, unsigned wanted, unsigned *depth)
{
	while (scan->at < scan->end) {
		char byte = *scan->at;
		if (byte == '"' && *depth == wanted)
			return true;
		if (byte == '"') {
			scan_string(scan);
			continue;
		}
		*depth += byte == '{' || byte == '[';
		if (byte == '}' || byte == ']')
			(*depth)--;
		scan_step(scan);
		if (*depth < wanted && (byte == '}' || byte == ']'))
			return false;
	}
	return false;
}

// Into the value of the object's member number `member`.
static void scan_member(struct scan *scan, size_t member)
{
	unsigned depth = 0;
	// Strings at depth 1 are keys, and values of members that are strings; a comma ends those.
	for (size_t i = 0;; i++) {
		if (!scan_next_string(scan, 1, &depth))
			return;
		scan_string(scan);
		while (scan->at < scan->end && *scan->at != ':')
			scan_step(scan);
		scan->at++;
		if (i == member)
			return;
		while (scan->at < scan->end && !(depth == 1 && *scan->at == ',')) {
			if (*scan->at == '"') {
				scan_string(scan);
				continue;
			}
			depth += *scan->at == '{' || *scan->at == '[';
			depth -= *scan->at == '}' || *scan->at == ']';
			scan_step(scan);
		}
	}
}

static size_t number_of(json_t *object, const char *member)
{
	const char *key;
	json_t *value;
	size_t number = 0;
	json_object_foreach (object, key, value) {
		if (strcmp(key, member) == 0)
			break;
		number++;
	}
	return number;
}

static bool parse_type(const char *path, const json_t *root, enum warninglist_type *type,
	char *error, size_t error_size)
{
	const char *text = json_string_value(json_object_get(root, "type"));
	char shown[64];
	for (size_t i = 0; text && i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(text, types[i]) == 0) {
			*type = (enum warninglist_type)i;
			return true;
		}
	}
	snprintf(error, error_size,
		"%s: warninglist of type '%s': cidr, hostname and string are supported", path,
		text ? text_show(text, shown, sizeof(shown)) : "");
	return false;
}

static int deliver(const char *path, const json_t *list, struct scan *scan,
	const struct warninglist_sink *sink, char *error, size_t error_size)
{
	unsigned depth = 0;
	json_t *entry;
	size_t index;
	json_array_foreach (list, index, entry) {
		if (!json_is_string(entry)) {
			snprintf(error, error_size,
				"%s: entry %zu of \"list\" is not a text; write it in quotes", path,
				index + 1);
			return -1;
		}
		scan_next_string(scan, 1, &depth);
		if (!sink->entry(sink->context, scan->line, json_string_value(entry)))
			return -1;
		scan_string(scan);
	}
	return 0;
}

int warninglist_read(
	const char *path, const struct warninglist_sink *sink, char *error, size_t error_size)
{
	size_t size;
	int status = -1;
	json_error_t problem;
	enum warninglist_type type;
	char *text = read_file(path, &size, error, error_size);
	if (!text)
		return -1;
	size_t mark = skip_mark(text, size);
	json_t *root = json_loadb(text + mark, size - mark, JSON_REJECT_DUPLICATES, &problem);
	if (!root) {
		char shown[JSON_ERROR_TEXT_LENGTH];
		snprintf(error, error_size, "%s:%d: malformed JSON: %s", path, problem.line,
			text_show(problem.text, shown, sizeof(shown)));
		goto free_text;
	}
	const json_t *list = json_object_get(root, "list");
	const char *name = json_string_value(json_object_get(root, "name"));
	if (!json_is_array(list) || !name) {
		snprintf(error, error_size,
			"%s: no warninglist: an object with a text \"name\", a \"type\" and an "
			"array \"list\" is",
			path);
		goto release;
	}
	if (!parse_type(path, root, &type, error, error_size) ||
		!sink->begin(sink->context, type, name))
		goto release;
	struct scan scan = {text + mark, text + size, 1};
	scan_member(&scan, number_of(root, "list"));
	status = deliver(path, list, &scan, sink, error, error_size);
release:
	json_decref(root);
free_text:
	free(text);
	return status;
}
