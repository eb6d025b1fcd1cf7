// SPDX-License-Identifier: BSD-3-Clause
// maltrail's trails (https://github.com/stamparm/maltrail): one a line, mixed: ip:port, ip, domain,
// URL, path; `#` comments, of which "# Reference: URL" says where the trails that follow come from.
// The family is the file's name: elf_mirai.txt. Trails name no transport.
#include "config/transport.h"
#include "control/feed/domain.h"
#include "control/feed/endpoint.h"
#include "control/feed/reader.h"
#include "control/feed/text.h"

#include <string.h>

#define REFERENCE_SIZE 512
#define FAMILY_SIZE    64

// "…/elf_mirai.txt" → "mirai". Only maltrail's platform prefixes are taken off; apt_x stays.
static const char *family_of(const char *path, char family[FAMILY_SIZE])
{
	static const char *const platforms[] = {"android_", "elf_", "ios_", "osx_"};
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	for (size_t i = 0; i < sizeof(platforms) / sizeof(*platforms); i++) {
		size_t length = strlen(platforms[i]);
		if (strncmp(name, platforms[i], length) == 0) {
			name += length;
			break;
		}
	}
	size_t length = strcspn(name, ".");
	if (length == 0 || length >= FAMILY_SIZE)
		return NULL;
	memcpy(family, name, length);
	family[length] = '\0';
	return text_valid(family) ? family : NULL;
}

// A reference holds for the trails below it, until the next comment.
static void note_reference(const char *comment, char reference[REFERENCE_SIZE])
{
	static const char word[] = "# Reference: ";
	reference[0] = '\0';
	if (strncmp(comment, word, sizeof(word) - 1) != 0)
		return;
	const char *text = comment + sizeof(word) - 1;
	size_t length = strlen(text);
	if (length < REFERENCE_SIZE && text_valid(text))
		memcpy(reference, text, length + 1);
}

// What a trail is: an endpoint or domain in `row`, else why it is neither.
static bool parse_trail(
	char *trail, struct feed_row *row, char domain[DOMAIN_SIZE], enum feed_reason *reason)
{
	if (strchr(trail, '/')) {
		*reason = FEED_NOT_ENDPOINT;
		return false;
	}
	if (endpoint_parse(trail, &row->address, &row->port, reason)) {
		*reason = FEED_NO_PORT;
		return row->port != 0;
	}
	if (*reason == FEED_BAD_PORT)
		return false;
	if (domain_parse(trail, domain)) {
		row->is_domain = true;
		row->domain = domain;
		return true;
	}
	char *colon = strchr(trail, ':');
	if (colon) {
		*colon = '\0';
		if (domain_parse(trail, domain))
			*reason = FEED_NOT_ENDPOINT;
		*colon = ':';
	} else if (trail[strspn(trail, "0123456789.")] != '\0') {
		*reason = strchr(trail, '.') ? FEED_BAD_DOMAIN : FEED_BAD_ROW;
	}
	return false;
}

int reader_maltrail(const struct reader *reader)
{
	const struct feed_sink *sink = reader->sink;
	char family[FAMILY_SIZE], domain[DOMAIN_SIZE], reference[REFERENCE_SIZE] = "";
	struct feed_row proto = reader_row(reader);
	proto.transport = TRANSPORT_ANY;
	if (!proto.family)
		proto.family = family_of(reader->path, family);

	struct line line;
	int status;
	while ((status = reader_next(reader, "", &line)) > 0) {
		if (line.text[0] == '#') {
			note_reference(line.text, reference);
			continue;
		}
		struct feed_row row = proto;
		enum feed_reason reason;
		row.reference = reference[0] ? reference : NULL;
		reader_cut_comment(&line, "#");
		if (parse_trail(line.text, &row, domain, &reason))
			sink->accept(sink->context, line.number, &row);
		else
			sink->reject(sink->context, line.number, reason, line.text);
	}
	return status;
}
