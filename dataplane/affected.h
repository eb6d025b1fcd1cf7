// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who is affected by what: (subscriber, rule) pairs of the last AFFECTED_WINDOW_MS, and how many
// packets of each rule in the last second. What the over-block guard counts by.
//
// The window slides: a pair counts from its first packet until nothing of it was affected for that
// long, so that the figure of a rule is the number of distinct subscribers it touches now, whatever
// number of generations came and went meanwhile, and addresses that change hands do not add up over
// days. Rules are known by what is listed, not by their place in a generation.
//
// Bounded: where there is no room, the pair that was quiet longest gives way, and is counted; the
// figures are then too low. Memory: about 50 bytes a pair and 100 a rule, taken from the system as
// they come. One thread; every call but affected_forget costs nanoseconds a pair.

#include "config/address.h"
#include "config/subscriber_key.h"

#include <stdbool.h>
#include <stdint.h>

// Ten minutes: bots that are on call home every few minutes at the most.
#define AFFECTED_WINDOW_MS 600000u
#define AFFECTED_SLOTS     10u // tenths of the last second
#define AFFECTED_SLOT_MS   100u

// What is listed.
struct rule_key {
	struct address address;
	uint16_t port;     // 0: any
	uint8_t transport; // 0: both
	uint8_t all_new;   // 1: all rules that are new, taken together; the rest is zero
};

_Static_assert(sizeof(struct rule_key) == 20, "no padding in what is hashed");

struct affected_rule {
	struct rule_key key;
	bool is_new;          // the caller's
	uint32_t subscribers; // distinct ones in the window
	// Of the last second; see affected_packets.
	uint64_t slot; // the newest tenth of a second
	uint64_t packets[AFFECTED_SLOTS];
	uint16_t links[AFFECTED_SLOTS]; // bit by number of link
};

struct affected;

struct affected *affected_create(uint32_t limit); // pairs; NULL only when memory is out
void affected_free(struct affected *affected);    // NULL is allowed

// Time has come to `now_ms`, which never goes back: forgets the pairs that left the window.
void affected_advance(struct affected *affected, uint64_t now_ms);

// `subscriber` was affected by `packets` packets on a link. The rule is valid until the next
// call. `*made` (may be NULL): it was not known before.
struct affected_rule *affected_note(struct affected *affected, const struct rule_key *key,
	const struct subscriber_key *subscriber, uint64_t packets, uint8_t link, bool *made);

// The packets of the last second, and on which links they were.
uint64_t affected_packets(
	const struct affected *affected, const struct affected_rule *rule, uint16_t *links);

// All pairs of a rule; walks over the whole table. Nothing happens if it is not known.
void affected_forget(struct affected *affected, const struct rule_key *key);

// Every rule with pairs.
void affected_each(struct affected *affected,
	void (*each)(void *context, struct affected_rule *rule), void *context);

// Pairs that gave way before their time.
uint64_t affected_evicted(const struct affected *affected);
