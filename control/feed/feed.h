// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reads list files: one reader per format, all of one shape.
//
// A reader turns lines into rows and never guesses: a row it does not understand is rejected with a
// reason and the line's number, and reading goes on. What a format legitimately carries beside
// endpoints (comments, URLs and paths in maltrail) is skipped, with a reason as well, so that every
// line of a file is accounted for. Any thread; one call reads one file.

#include "config/list_table.h"
#include "control/feed/row.h"

#include <stddef.h>
#include <stdint.h>

enum feed_format {
	FEED_DETECT, // by content; see feed_detect
	FEED_CSV,    // the native list
	FEED_MALTRAIL,
	FEED_FEODO,          // abuse.ch Feodo Tracker CSV
	FEED_PLAIN,          // `address`, `address:port` lines
	FEED_THREATFOX,      // abuse.ch ThreatFox CSV
	FEED_THREATFOX_JSON, // its API's answers and its JSON exports
	FEED_FEODO_JSON,
	FEED_SSLBL,      // abuse.ch SSLBL CSV
	FEED_DROP,       // Spamhaus DROP, text and JSON lines
	FEED_IPREP,      // Suricata IP reputation
	FEED_ZEEK_INTEL, // Zeek intelligence files
	FEED_DELIMITED,  // a table whose columns the options name
	FEED_FORMAT_COUNT,
};

const char *feed_format_name(enum feed_format format); // "csv", "threatfox-json"
bool feed_format_parse(const char *text, enum feed_format *format);

// All names, "csv, maltrail or plain", for messages. Returns `text`.
#define FEED_FORMATS_SIZE 256
const char *feed_formats(char text[FEED_FORMATS_SIZE]);

// Why a row is not an indicator. Codes are words of the contract of `sekisho list check --json`.
enum feed_reason {
	FEED_BAD_ADDRESS,
	FEED_BAD_PORT, // not a number in 1..65535
	FEED_BAD_TRANSPORT,
	FEED_BAD_LEVEL,
	FEED_BAD_CONFIDENCE,
	FEED_BAD_TIME, // not RFC 3339 UTC (Feodo: not its own form)
	FEED_BAD_ACTION,
	FEED_BAD_DOMAIN,
	FEED_BAD_ROW,        // wrong number of columns, unbalanced quotes, no such form
	FEED_NO_PORT,        // an address alone, in a format where that says nothing of a C&C
	FEED_ANY_PORT_LEVEL, // no port below level 4
	FEED_NOT_ENDPOINT,   // URL or path: legitimate, but nothing a packet filter can match
	FEED_NOT_CC,         // legitimate, but the list says itself that it is no C&C server
	FEED_PREFIX,         // a network, which no single server is
	FEED_EXPIRED,        // valid_until has passed
	FEED_SPECIAL_USE,    // quarantined: special-use address (RFC 6890 and its registry)
	FEED_OWN_PREFIX,     // quarantined: the ISP's own
	FEED_NEVER_BLOCK,    // quarantined: by a never-block file
	FEED_COMPROMISED,    // quarantined: somebody's server that was broken into, says the list
	FEED_REASON_COUNT,
};

const char *feed_reason_code(enum feed_reason reason); // "bad-port"
const char *feed_reason_text(enum feed_reason reason); // what would be right, one sentence

// Where a reader delivers. The line is that of the row's beginning, also in JSON. `text` is the
// offending value, not terminated by a newline.
struct feed_sink {
	void *context;
	void (*accept)(void *context, uint32_t line, const struct feed_row *row);
	void (*reject)(void *context, uint32_t line, enum feed_reason reason, const char *text);
	// Something about the file that a person should know and that costs no row: a column of a
	// native list that is not known. NULL: not wanted.
	void (*notice)(void *context, uint32_t line, const char *text);
};

struct feed_options {
	enum feed_format format;
	uint8_t level;      // for rows that name none
	const char *family; // for formats whose file name says it; NULL: take it from there
	const struct list_table *table; // FEED_DELIMITED: what its columns mean; else not used
	uint64_t categories;            // FEED_IPREP: bit n: category n is C&C; 0: all are
};

// Reads `path` to its end. 0, or -1 with one line in `error` when the file as a whole cannot be
// used: unreadable, not text, JSON cut short, without the header or columns its format requires, no
// format recognised.
int feed_read(const char *path, const struct feed_options *options, const struct feed_sink *sink,
	enum feed_format *found, char *error, size_t error_size);
