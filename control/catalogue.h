// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All feeds merged: one indicator per (address, port, transport), and per domain, with every source
// kept. Independent of the order in which feeds arrive.
//
// Filled by one thread (rows of each feed as they are read), sealed once, then immutable and shared
// by reference count. An indicator's level and confidence are the highest of its sources that are
// still valid, its max_action the most cautious (of a known sinkhole: alert), its family that of
// the source with the highest level (then confidence) that names one.
//
// Memory, sealed: 80 bytes per indicator, 96 per source, and each distinct text once: 160 MB for a
// million rows, about 270 MB while it is being sealed. Adding and sealing them takes 2 to 3 s.

#include "control/feed/row.h"
#include "control/quarantine.h"

#include <stddef.h>
#include <stdint.h>

struct catalogue;

struct indicator_source {
	uint16_t feed; // the caller's number of the feed
	uint32_t line;
	uint8_t level;
	uint8_t confidence;
	enum action max_action;
	int64_t first_seen_s, last_seen_s, valid_until_s;
	const char *family, *country, *asn, *source, *reference, *domain; // NULL: not said
	const char *sinkhole; // what says that it is one; NULL: nothing
};

struct indicator {
	struct address address;
	uint16_t port;
	uint8_t transport;
	uint8_t level;
	uint8_t confidence;
	bool is_domain;
	enum action max_action;
	int64_t valid_until_s; // the moment when the last source ends; 0: open
	const char *domain;    // domain indicators
	const char *family;    // NULL: not said
	const char *sinkhole;  // NULL: none that is known
	const struct indicator_source *sources;
	uint32_t source_count;
};

struct catalogue *catalogue_create(void); // NULL only when memory is out

// Copies the row. false only when memory is out.
bool catalogue_add(
	struct catalogue *catalogue, uint16_t feed, uint32_t line, const struct feed_row *row);

// Rows added so far, and back to an earlier number of them: a file that failed halfway leaves
// nothing behind. Only before sealing.
size_t catalogue_rows(const struct catalogue *catalogue);
void catalogue_cut(struct catalogue *catalogue, size_t rows);

// What the guard withheld of the same feeds; belongs to the catalogue, and is filled until sealing.
struct quarantine *catalogue_quarantine(struct catalogue *catalogue);
const struct quarantine *catalogue_withheld(const struct catalogue *catalogue);

// Merges what was added; sources whose valid_until is not after `now_s` take no part and an
// indicator without sources disappears. Afterwards the catalogue is immutable.
bool catalogue_seal(struct catalogue *catalogue, int64_t now_s);

struct catalogue *catalogue_hold(struct catalogue *catalogue);
void catalogue_release(struct catalogue *catalogue); // NULL is allowed

// Endpoints first, ascending by (address, port, transport), then domains.
size_t catalogue_count(const struct catalogue *catalogue);
const struct indicator *catalogue_at(const struct catalogue *catalogue, size_t index);

// The indicator of a listed service, or NULL. O(log n).
const struct indicator *catalogue_find(const struct catalogue *catalogue,
	const struct address *address, uint16_t port, uint8_t transport);

// Where the indicators of an address begin, or would. O(log n).
size_t catalogue_find_address(const struct catalogue *catalogue, const struct address *address);

// The next moment (UTC seconds) at which a source ends; 0: none does.
int64_t catalogue_next_expiry(const struct catalogue *catalogue);
