// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The rows that the guard withheld, with what protects them, so that somebody can be told why a
// server that a list names is not matched.
//
// At most QUARANTINE_ROWS_MAX of each feed are kept, 40 bytes each and their texts; the rest is
// counted. Filled by one thread, then read by any.

#include "control/feed/feed.h"

#define QUARANTINE_ROWS_MAX 100000u // of one feed

struct quarantine;

struct quarantined {
	uint16_t feed; // the caller's number of the feed
	uint32_t line;
	enum feed_reason reason;
	const char *value;        // the address or domain
	const char *protected_by; // see guard_allows
};

struct quarantine *quarantine_create(void);          // NULL only when memory is out
void quarantine_free(struct quarantine *quarantine); // NULL is allowed

// Copies the row. false only when memory is out.
bool quarantine_add(struct quarantine *quarantine, const struct quarantined *row);

// Adds what another one holds, as rows of `feed`, and what it left off. false only when memory is
// out.
bool quarantine_add_all(
	struct quarantine *quarantine, const struct quarantine *other, uint16_t feed);

size_t quarantine_count(const struct quarantine *quarantine);
const struct quarantined *quarantine_at(const struct quarantine *quarantine, size_t index);
uint64_t quarantine_left_off(const struct quarantine *quarantine); // counted only

// Back to an earlier count: a file that failed halfway leaves nothing behind.
void quarantine_cut(struct quarantine *quarantine, size_t rows);
