// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The data plane's records as the store met them last: what of each is counted already.
//
// Records of the data plane's earlier starts serve only the shares that are still unsettled, and
// go with them. All for the caller's transaction.

#include "control/store/store.h"
#include "dataplane/api/contact_record.h"

#define LINK_NAME_SIZE 32

// Where the key lies in the store: without the link's number, with its name.
struct record_key {
	struct subscriber_key key;
	char link[LINK_NAME_SIZE]; // "" where the key has none
	char text[SUBSCRIBER_KEY_TEXT_SIZE];
};

// `link` is the name of the key's link; NULL: it has none that is known.
struct record_key record_key_make(const struct subscriber_key *key, const char *link);

// The address of a key that has one, else NULL.
const struct address *record_key_address(const struct record_key *key);

struct share_counters {
	uint64_t packets_up, packets_down;
	uint64_t bytes_up, bytes_down;
	uint64_t packets_dropped;
};

struct record_base {
	int64_t row;      // 0: never met
	int64_t instance; // 0: of this start and serial nothing is counted
	uint64_t serial;
	uint64_t last_ns;
	uint8_t seen;
	struct share_counters counters;
};

// 1: found, 0: new (`base` is zero), -1: failed.
int store_record_find(struct store *store, const struct record_key *key,
	const struct contact_record *record, struct record_base *base);

// Notes that all of `record` is counted, and gives its row.
int store_record_write(struct store *store, const struct record_key *key,
	const struct contact_record *record, int64_t instance, int64_t *row);
