// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Contacts as they add up over all starts of both daemons, each packet counted once, each for the
// subscriber who held the key (an address, mostly) at its time.
//
// The data plane tells totals since a record was made. The store keeps what each record said last
// (control/store/records.h): if the same instance and serial come again, only the difference is
// added, else all of it. A difference belongs to one subscriber, whom the observer's resolver names
// (control/store/shares.h has the rule); a subscriber's contact adds up what came under any of its
// keys. Batch and cursor are one transaction, so a batch that is read again after a crash changes
// nothing. Only after the commit may the batch be acknowledged.
//
// Bounded: the contacts that were quiet longest give way. What comes of them later is a new
// contact, with what is not counted yet.
//
// Cost: for each record eight statements by index, 50 to 70 microseconds with a hundred thousand
// contacts stored; a full batch holds the transaction for some 30 milliseconds.

#include "control/store/resolved.h"
#include "control/store/store.h"
#include "dataplane/api/evidence.h"
#include "dataplane/api/message.h"

#include <stdbool.h>

#define STORE_CONTACTS_MAX 1000000
// The greatest contact_limit: what gives way here has given way in the data plane before.
#define STORE_RECORDS_MAX 16777216
#define FAMILY_SIZE       64 // longer ones are cut
#define FAMILIES_MAX      32 // in a summary; the others are added up under "other"

struct stored_contact {
	int64_t row, subscriber_row;           // of the store; 0: not stored yet
	char subscriber[SUBSCRIBER_NAME_SIZE]; // who
	char key[SUBSCRIBER_KEY_TEXT_SIZE];    // under which key last
	bool known;                            // as in struct resolved
	uint8_t flags;
	// Counters, flags and times of that subscriber's shares; the rest as told last. Its key is
	// not filled in.
	struct contact_record total;
	enum evidence evidence;   // of all that was ever seen
	char family[FAMILY_SIZE]; // "" where the list does not say
	uint64_t told_ns;         // the last event; 0: none yet
	enum evidence told_evidence;
	uint8_t told_verdict;
	uint8_t told_applied;
};

// Asked within the transaction, for each record.
struct contact_observer {
	void *context;
	// The listed service's family, or NULL: then the one already stored stays.
	const char *(*family)(void *context, const struct contact_record *record);
	// The name of a link by its number; NULL: there is no such link.
	const char *(*link)(void *context, uint16_t link);
	// Sees the contact as it will be stored; may change told_*.
	void (*judge)(void *context, struct stored_contact *contact);
	struct subscriber_resolver resolver;
};

// The `after` to go on with: the last change of `instance` that is stored; 0 for one never met.
int store_contacts_cursor(
	struct store *store, const uint8_t instance[INSTANCE_SIZE], uint64_t *cursor);

// Adds a batch. -1: nothing of it is stored.
int store_contacts_apply(struct store *store, const uint8_t instance[INSTANCE_SIZE],
	const struct message_contacts *batch, const struct contact_observer *observer);
