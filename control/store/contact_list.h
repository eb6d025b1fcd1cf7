// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which stored contacts somebody wants to see.
//
// Cost: one subscriber's by index; else all of the index of times from the latest on, until there
// are enough.

#include "control/store/contacts.h"

struct contact_filter {
	// Those of the subscriber of that name, of whoever was seen with the key of that text, and
	// of whoever was seen with an address inside the prefix (or ports of one); if a time is
	// asked for, at that time. NULL, both: of all.
	const char *subscriber;
	const struct prefix *within;
	// Those that lasted into that time, first and last packet counting as one stretch; 0: open.
	uint64_t since_ns, until_ns;
	const char *family;     // NULL: any. Case does not matter
	enum evidence evidence; // at least
	uint32_t limit;
};

// The most recent first.
int store_contacts_list(struct store *store, const struct contact_filter *filter,
	void (*each)(void *context, const struct stored_contact *contact), void *context);

// For the other files of this directory: conditions on "contact c", with CONTACT_FILTER_WHO only if
// `contact_filter_names` somebody.
#define CONTACT_FILTER \
	"c.evidence >= ?1 AND c.last_ns >= ?2 AND c.first_ns <= ?3" \
	" AND (?4 IS NULL OR c.family = ?4 COLLATE NOCASE)"
#define CONTACT_FILTER_WHO \
	"c.subscriber IN (SELECT id FROM subscriber WHERE name = ?6" \
	" UNION SELECT subscriber FROM subscriber_key" \
	"  WHERE key = ?6 AND last_ns >= ?2 AND first_ns <= ?3" \
	" UNION SELECT subscriber FROM subscriber_key" \
	"  WHERE address BETWEEN ?7 AND ?8 AND last_ns >= ?2 AND first_ns <= ?3)"
#define CONTACT_FILTER_LIMIT "LIMIT ?5"

bool contact_filter_names(const struct contact_filter *filter);
void contact_filter_bind(const struct contact_filter *filter, struct sqlite3_stmt *statement);
