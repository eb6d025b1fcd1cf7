// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include "control/feed/reader.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*read)(const struct reader *reader);
} formats[FEED_FORMAT_COUNT] = {
	[FEED_DETECT] = {"detect", NULL},
	[FEED_CSV] = {"csv", reader_csv},
	[FEED_MALTRAIL] = {"maltrail", reader_maltrail},
	[FEED_FEODO] = {"feodo", reader_feodo},
	[FEED_PLAIN] = {"plain", reader_plain},
	[FEED_THREATFOX] = {"threatfox", reader_threatfox},
	[FEED_THREATFOX_JSON] = {"threatfox-json", reader_threatfox_json},
	[FEED_FEODO_JSON] = {"feodo-json", reader_feodo_json},
	[FEED_SSLBL] = {"sslbl", reader_sslbl},
	[FEED_DROP] = {"drop", reader_drop},
	[FEED_IPREP] = {"iprep", reader_iprep},
	[FEED_ZEEK_INTEL] = {"zeek-intel", reader_zeek_intel},
	[FEED_DELIMITED] = {"delimited", reader_delimited},
};

static const struct {
	const char *code, *text;
} reasons[FEED_REASON_COUNT] = {
	[FEED_BAD_ADDRESS] = {"bad-address",
		"an IPv4 address in dotted decimal or an IPv6 address (RFC 4291); a network only "
		"where the format has some, without host bits"},
	[FEED_BAD_PORT] = {"bad-port", "a port is a number from 1 to 65535"},
	[FEED_BAD_TRANSPORT] = {"bad-transport", "a transport is tcp, udp or any"},
	[FEED_BAD_LEVEL] = {"bad-level", "a level is 1, 2, 3 or 4"},
	[FEED_BAD_CONFIDENCE] = {"bad-confidence", "a confidence is a number from 0 to 100"},
	[FEED_BAD_TIME] = {"bad-time",
		"a time is RFC 3339 in UTC, 2026-01-31T00:00:00Z (abuse.ch: 2026-01-31 00:00:00)"},
	[FEED_BAD_ACTION] = {"bad-action", "an action is alert, police, drop, reset or sinkhole"},
	[FEED_BAD_DOMAIN] = {"bad-domain",
		"a domain is a host name of two labels or more, in ASCII (xn-- for others)"},
	[FEED_BAD_ROW] = {"bad-row",
		"as many columns as the header, quotes closed on their line, in JSON an object "
		"with "
		"the format's members; UTF-8 without control characters, shorter than 64 KiB"},
	[FEED_NO_PORT] = {"no-port", "an address alone is no C&C here: address:port is"},
	[FEED_ANY_PORT_LEVEL] = {"any-port-level", "an entry without a port needs level 4"},
	[FEED_NOT_ENDPOINT] = {"not-endpoint",
		"a URL or path is nothing that a packet can be compared with"},
	[FEED_NOT_CC] = {"not-cc",
		"the list itself says that this is something else than a C&C server"},
	[FEED_PREFIX] = {"prefix", "an indicator is one address, not a network"},
	[FEED_EXPIRED] = {"expired", "valid_until has passed"},
	[FEED_SPECIAL_USE] = {"special-use",
		"a special-use address (RFC 6890) is nobody's server on the Internet"},
	[FEED_OWN_PREFIX] = {"own-prefix",
		"inside the ISP's own subscriber prefixes: notify, do not list"},
	[FEED_NEVER_BLOCK] = {"never-block", "protected by a never_block file"},
	[FEED_COMPROMISED] = {"compromised",
		"a server that was broken into, says the list: its owner is no criminal"},
};

const char *feed_format_name(enum feed_format format)
{
	return format < FEED_FORMAT_COUNT ? formats[format].name : "?";
}

bool feed_format_parse(const char *text, enum feed_format *format)
{
	for (enum feed_format i = FEED_DETECT + 1; i < FEED_FORMAT_COUNT; i++) {
		if (strcmp(text, formats[i].name) == 0) {
			*format = i;
			return true;
		}
	}
	return false;
}

const char *feed_formats(char text[FEED_FORMATS_SIZE])
{
	size_t used = 0;
	for (enum feed_format i = FEED_DETECT + 1; i < FEED_FORMAT_COUNT; i++) {
		const char *before = i == FEED_DETECT + 1         ? ""
				     : i == FEED_FORMAT_COUNT - 1 ? " or "
								  : ", ";
		used += (size_t)snprintf(
			text + used, FEED_FORMATS_SIZE - used, "%s%s", before, formats[i].name);
		assert(used < FEED_FORMATS_SIZE);
	}
	return text;
}

const char *feed_reason_code(enum feed_reason reason)
{
	return reason < FEED_REASON_COUNT ? reasons[reason].code : "?";
}

const char *feed_reason_text(enum feed_reason reason)
{
	return reason < FEED_REASON_COUNT ? reasons[reason].text : "?";
}

int feed_read(const char *path, const struct feed_options *options, const struct feed_sink *sink,
	enum feed_format *found, char *error, size_t error_size)
{
	assert(options->format < FEED_FORMAT_COUNT && options->level >= 1 && options->level <= 4);
	int status = -1;
	struct line_reader *lines = line_reader_open(path, error, error_size);
	if (!lines)
		return -1;

	enum feed_format format = options->format;
	if (format == FEED_DETECT) {
		size_t size;
		const char *beginning = line_peek(lines, &size);
		format = reader_detect(beginning, size);
	}
	*found = format;
	if (format == FEED_DETECT) {
		char names[FEED_FORMATS_SIZE];
		snprintf(error, error_size,
			"%s: the list's format was not recognised: name it (%s), for example "
			"--format plain or --list plain:FILE",
			path, feed_formats(names));
		goto close_lines;
	}

	struct reader reader = {path, lines, options, sink, error, error_size};
	status = formats[format].read(&reader);

close_lines:
	line_reader_close(lines);
	return status;
}
