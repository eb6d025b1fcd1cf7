// SPDX-License-Identifier: BSD-3-Clause
#include "control/never_block.h"

#include "config/prefix_set.h"
#include "control/domain_set.h"
#include "control/feed/domain.h"
#include "control/feed/line.h"
#include "control/feed/text.h"
#include "control/warninglist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_PATH_SIZE 256 // of a longer one, its end
#define SHOWN_NAME_SIZE 128

struct file {
	char path[SHOWN_PATH_SIZE], name[SHOWN_NAME_SIZE]; // name: of a warninglist, else ""
};

struct origin {
	uint32_t file, line;
};

struct never_block {
	struct file *files;
	size_t file_count;
	struct prefix *prefixes;
	struct origin *origins; // of the prefixes, then room for more
	size_t count, room;
	struct prefix_set *set;
	struct domain_set *domains;
	struct origin *domain_origins;
	size_t domain_count, domain_room;
	crypto_hash_sha256_state digest;
};

// A file at hand.
struct reading {
	struct never_block *never;
	const char *path;
	enum warninglist_type type; // WARNINGLIST_HOSTNAME for plain text: names and what is below
	bool warninglist;
	char *error;
	size_t error_size;
};

struct never_block *never_block_create(void)
{
	struct never_block *never = calloc(1, sizeof(*never));
	if (!never)
		return NULL;
	crypto_hash_sha256_init(&never->digest);
	never->domains = domain_set_create();
	if (!never->domains) {
		free(never);
		return NULL;
	}
	return never;
}

void never_block_free(struct never_block *never)
{
	if (!never)
		return;
	prefix_set_free(never->set);
	domain_set_free(never->domains);
	free(never->domain_origins);
	free(never->origins);
	free(never->prefixes);
	free(never->files);
	free(never);
}

static bool add_file(struct never_block *never, const char *path)
{
	struct file *files = realloc(never->files, (never->file_count + 1) * sizeof(*files));
	size_t length = strlen(path);
	if (!files)
		return false;
	never->files = files;
	struct file *file = &files[never->file_count++];
	*file = (struct file){0};
	if (length >= sizeof(file->path))
		path += length - sizeof(file->path) + 1;
	text_show(path, file->path, sizeof(file->path));
	return true;
}

static bool add_prefix(
	struct never_block *never, const struct prefix *prefix, const struct origin *origin)
{
	if (never->count == never->room) {
		size_t room = never->room ? 2 * never->room : 64;
		struct prefix *prefixes = realloc(never->prefixes, room * sizeof(*prefixes));
		if (!prefixes)
			return false;
		never->prefixes = prefixes;
		struct origin *origins = realloc(never->origins, room * sizeof(*origins));
		if (!origins)
			return false;
		never->origins = origins;
		never->room = room;
	}
	never->prefixes[never->count] = *prefix;
	never->origins[never->count++] = *origin;
	return true;
}

static bool add_domain(
	struct never_block *never, const char *domain, bool below, const struct origin *origin)
{
	if (never->domain_count == never->domain_room) {
		size_t room = never->domain_room ? 2 * never->domain_room : 64;
		struct origin *origins = realloc(never->domain_origins, room * sizeof(*origins));
		if (!origins)
			return false;
		never->domain_origins = origins;
		never->domain_room = room;
	}
	if (!domain_set_add(never->domains, domain, below, never->domain_count))
		return false;
	never->domain_origins[never->domain_count++] = *origin;
	return true;
}

static void refuse(const struct reading *reading, uint32_t line, const char *text)
{
	static const char prefixes[] =
		"an address or a network such as 192.0.2.0/24 or 2001:db8::/32 without host bits";
	char shown[96];
	text_show(text, shown, sizeof(shown));
	if (reading->warninglist && reading->type == WARNINGLIST_CIDR)
		snprintf(reading->error, reading->error_size,
			"%s:%u: '%s' is not a prefix: %s is right", reading->path, line, shown,
			prefixes);
	else
		snprintf(reading->error, reading->error_size,
			"%s:%u: '%s' is not a prefix or domain: %s, or a host name of two labels "
			"or more is right",
			reading->path, line, shown, prefixes);
}

static bool add_entry(void *context, uint32_t line, const char *text)
{
	struct reading *reading = context;
	struct never_block *never = reading->never;
	const struct origin origin = {(uint32_t)(never->file_count - 1), line};
	char domain[DOMAIN_SIZE];
	struct prefix prefix;
	bool added;
	if (never->count + never->domain_count >= NEVER_BLOCK_ENTRIES_MAX) {
		snprintf(reading->error, reading->error_size,
			"%s:%u: all never-block files together may have %u entries", reading->path,
			line, NEVER_BLOCK_ENTRIES_MAX);
		return false;
	}
	if (prefix_parse(text, strlen(text), &prefix)) {
		added = add_prefix(never, &prefix, &origin);
	} else if ((!reading->warninglist || reading->type != WARNINGLIST_CIDR) &&
		   domain_parse(text + (text[0] == '.'), domain)) {
		added = add_domain(never, domain, reading->type == WARNINGLIST_HOSTNAME, &origin);
	} else {
		refuse(reading, line, text);
		return false;
	}
	if (!added)
		snprintf(reading->error, reading->error_size, "%s: out of memory", reading->path);
	const uint8_t kind = (uint8_t)reading->type;
	crypto_hash_sha256_update(&never->digest, &kind, sizeof(kind));
	crypto_hash_sha256_update(&never->digest, (const uint8_t *)text, strlen(text) + 1);
	crypto_hash_sha256_update(&never->digest, (const uint8_t *)&line, sizeof(line));
	return added;
}

static bool begin_warninglist(void *context, enum warninglist_type type, const char *name)
{
	struct reading *reading = context;
	struct file *file = &reading->never->files[reading->never->file_count - 1];
	reading->type = type;
	reading->warninglist = true;
	text_show(name, file->name, sizeof(file->name));
	return true;
}

static int read_lines(struct reading *reading, struct line_reader *lines)
{
	struct line line;
	int status;
	while ((status = line_next(lines, &line, reading->error, reading->error_size)) > 0) {
		line.length = strcspn(line.text, "#");
		line_trim(&line);
		if (line.length > 0 && !add_entry(reading, line.number, line.text))
			return -1;
	}
	return status;
}

int never_block_read(struct never_block *never, const char *path, char *error, size_t error_size)
{
	struct reading reading = {never, path, WARNINGLIST_HOSTNAME, false, error, error_size};
	const struct warninglist_sink sink = {&reading, begin_warninglist, add_entry};
	struct line_reader *lines = line_reader_open(path, error, error_size);
	size_t size;
	if (!lines)
		return -1;
	const char *beginning = line_peek(lines, &size);
	bool warninglist = warninglist_detect(beginning, size);
	int status = -1;
	if (!add_file(never, path))
		snprintf(error, error_size, "%s: out of memory", path);
	else if (!warninglist)
		status = read_lines(&reading, lines);
	line_reader_close(lines);
	if (warninglist && never->file_count > 0)
		status = warninglist_read(path, &sink, error, error_size);
	crypto_hash_sha256_update(&never->digest, (const uint8_t *)path, strlen(path) + 1);
	return status;
}

bool never_block_seal(struct never_block *never)
{
	domain_set_seal(never->domains);
	never->set = prefix_set_create(never->prefixes, never->count);
	return never->set;
}

// "FILE:LINE what (name)".
static void say(const struct never_block *never, const struct origin *origin, const char *what,
	char text[NEVER_BLOCK_TEXT_SIZE])
{
	const struct file *file = &never->files[origin->file];
	int used = snprintf(
		text, NEVER_BLOCK_TEXT_SIZE, "%s:%u %.100s", file->path, origin->line, what);
	if (file->name[0])
		snprintf(text + used, NEVER_BLOCK_TEXT_SIZE - (size_t)used, " (%s)", file->name);
}

bool never_block_protects(const struct never_block *never, const struct address *address,
	char text[NEVER_BLOCK_TEXT_SIZE])
{
	int index = prefix_set_find(never->set, address);
	char prefix[PREFIX_TEXT_SIZE];
	if (index < 0)
		return false;
	if (text) {
		prefix_format(&never->prefixes[index], prefix);
		say(never, &never->origins[index], prefix, text);
	}
	return true;
}

bool never_block_protects_domain(
	const struct never_block *never, const char *domain, char text[NEVER_BLOCK_TEXT_SIZE])
{
	size_t number;
	const char *member = domain_set_find(never->domains, domain, &number);
	if (!member)
		return false;
	if (text)
		say(never, &never->domain_origins[number], member, text);
	return true;
}

size_t never_block_files(const struct never_block *never)
{
	return never->file_count;
}

size_t never_block_prefixes(const struct never_block *never)
{
	return never->count;
}

size_t never_block_domains(const struct never_block *never)
{
	return never->domain_count;
}

void never_block_digest(const struct never_block *never, uint8_t digest[crypto_hash_sha256_BYTES])
{
	crypto_hash_sha256_state state = never->digest;
	crypto_hash_sha256_final(&state, digest);
}
