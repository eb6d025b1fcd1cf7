// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One list file on its way in: feed_read → guard → catalogue, with an account of every row.
//
// The one place where these three meet, for the control plane, `sekisho replay` and `sekisho list
// check`. What the guard withholds goes to the catalogue's quarantine. Every line that is neither
// blank nor a comment is in the report once: accepted, rejected or quarantined. Blocking; the
// thread that fills the catalogue.

#include "control/catalogue.h"
#include "control/feed/feed.h"
#include "control/guard.h"

// Rows that one file may hold: a bound on memory, four times what a generation can.
#define LIST_ROWS_MAX 4000000u

struct list_report {
	enum feed_format format;             // as detected, or as demanded
	uint32_t accepted;                   // rows given to the catalogue, duplicates included
	uint32_t rejected;                   // refused for any other reason
	uint32_t quarantined;                // withheld: see list_quarantines
	uint32_t reasons[FEED_REASON_COUNT]; // the two above, one by one
};

// A row that was not accepted. Valid during the call.
struct list_refusal {
	const char *path;
	uint32_t line;
	enum feed_reason reason;
	const char *value; // the offending text, as text_show makes it, cut to 255 bytes
	const char *
		protected_by; // as guard_allows says, or "the list itself"; NULL unless quarantined
};

struct list_options {
	struct feed_options feed;
	uint16_t number; // the caller's number of the feed, kept with every source
	int64_t now_s;   // rows whose valid_until is not after it are FEED_EXPIRED; 0: keep all
	void (*refused)(void *context, const struct list_refusal *refusal); // NULL: only count
	// What costs no row: see feed_sink. NULL: not wanted.
	void (*noticed)(void *context, const char *path, uint32_t line, const char *text);
	void *context;
};

// How a feed of the configuration is to be read. false: its format is none that is known.
bool list_feed_options(const struct config_feed *feed, struct feed_options *options);

// true: the guard's reasons, and what the list itself says must not be acted on.
bool list_quarantines(enum feed_reason reason);

// true: what a format legitimately carries beside endpoints. It is counted as rejected, but says
// nothing against the list.
bool list_expects(enum feed_reason reason);

// Reads `path` and adds what is allowed to `catalogue`, which is not sealed yet. `guard` may be
// NULL: nothing is quarantined. 0, with `*report` complete; an empty list is no error here. -1 with
// one line in `error` when the file as a whole cannot be used or memory is out; the catalogue then
// holds nothing of it, and `*report` is meaningless.
int list_load(const char *path, const struct list_options *options, const struct guard *guard,
	struct catalogue *catalogue, struct list_report *report, char *error, size_t error_size);
