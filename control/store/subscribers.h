// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who is infected: subscribers with at least one contact whose evidence is `attempted` or more,
// whatever keys they were seen with. Unsolicited contacts count for nothing here.

#include "control/store/contact_list.h"

#define SUBSCRIBER_KEYS_SHOWN 16 // the most recent ones

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

// Of those contacts that the filter lets through.
struct infected_subscriber {
	const char *name; // valid during the call, as all texts here
	bool known;
	uint8_t flags;
	const char *keys; // JSON array of strings, the most recent first; see SUBSCRIBER_KEYS_SHOWN
	uint64_t key_count;
	uint64_t contacts;
	uint64_t first_ns, last_ns;
	uint64_t packets_up, packets_down, bytes_up, bytes_down, packets_dropped;
	enum evidence evidence; // the strongest
	uint8_t level;          // the highest
	const char *families;   // JSON array of strings
};

// The most recent first. Less than `attempted` is not asked for, whatever the filter says.
int store_subscribers_list(struct store *store, const struct contact_filter *filter,
	void (*each)(void *context, const struct infected_subscriber *subscriber), void *context);
