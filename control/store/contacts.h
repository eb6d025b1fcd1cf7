// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Contacts as they add up over all starts of both daemons, each packet counted once.
//
// The data plane tells totals since a record was made. The store keeps, beside its own totals, what
// the last record of a contact said: if a record of the same instance and serial comes, only the
// difference is added, else all of it. Batch and cursor are one transaction, so a batch that is
// read again after a crash changes nothing. Only after the commit may the batch be acknowledged.
//
// Bounded: the contacts that were quiet longest give way. What comes of them later is a new
// contact.

#include "config/address.h"
#include "control/store/store.h"
#include "dataplane/api/evidence.h"
#include "dataplane/api/message.h"

#include <stdbool.h>

#define STORE_CONTACTS_MAX 1000000
#define FAMILY_SIZE        64 // longer ones are cut
#define FAMILIES_MAX       32 // in a summary; the others are added up under "other"

struct stored_contact {
	struct contact_record total; // counters and times over all instances; the rest as told last
	enum evidence evidence;      // of all that was ever seen
	char family[FAMILY_SIZE];    // "" where the list does not say
	uint64_t told_ns;            // the last event; 0: none yet
	enum evidence told_evidence;
	uint8_t told_verdict;
	uint8_t told_applied;
};

// Asked within the transaction, for each record.
struct contact_observer {
	void *context;
	// The listed service's family, or NULL: then the one already stored stays.
	const char *(*family)(void *context, const struct contact_record *record);
	// Sees the contact as it will be stored; may change told_*.
	void (*judge)(void *context, struct stored_contact *contact);
};

// The `after` to go on with: the last change of `instance` that is stored; 0 for one never met.
int store_contacts_cursor(
	struct store *store, const uint8_t instance[INSTANCE_SIZE], uint64_t *cursor);

// Adds a batch. -1: nothing of it is stored.
int store_contacts_apply(struct store *store, const uint8_t instance[INSTANCE_SIZE],
	const struct message_contacts *batch, const struct contact_observer *observer);

struct contact_filter {
	const struct prefix *subscribers; // only those inside it; NULL: all
	enum evidence evidence;           // at least
	uint32_t limit;
};

// The most recent first.
int store_contacts_list(struct store *store, const struct contact_filter *filter,
	void (*each)(void *context, const struct stored_contact *contact), void *context);
