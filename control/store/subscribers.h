// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who is infected: subscribers with at least one contact whose evidence is `attempted` or more.
// Unsolicited contacts count for nothing here.

#include "control/store/contacts.h"

struct family_count {
	char family[FAMILY_SIZE]; // "" where no list says
	uint64_t subscribers;
};

// A subscriber with two families counts in both.
struct infection_summary {
	uint64_t infected;
	uint64_t contacts;                          // stored, with evidence of at least attempted
	uint64_t unsolicited;                       // stored, with less
	struct family_count families[FAMILIES_MAX]; // most subscribers first
	size_t family_count;
	uint64_t other_families; // how many found no room above
};

int store_infection_summary(struct store *store, struct infection_summary *summary);

struct infected_subscriber {
	uint8_t subscriber[16];
	uint8_t subscriber_length;
	uint64_t contacts;
	uint64_t first_ns, last_ns;
	uint64_t packets_up, packets_down, bytes_up, bytes_down, packets_dropped;
	enum evidence evidence; // the strongest
	uint8_t level;          // the highest
	const char *families;   // JSON array of strings; valid during the call
};

// The most recent `limit`.
int store_subscribers_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct infected_subscriber *subscriber), void *context);
