// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The entries that the data plane's over-block guard disarmed and nobody has acknowledged yet:
// compiled as alert in every generation until somebody does, whatever is restarted meanwhile.
//
// Immutable and counted, so that the loader's thread makes a new set while reports read the old
// one. What makes sets is the loader's thread; what reads them, any.

#include "control/novelty.h"
#include "control/service_key.h"
#include "dataplane/api/message.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disarmed {
	struct service_key key;
	uint8_t limit; // enum limit
	uint64_t figure, allowed;
	uint64_t since_ns; // UTC
};

struct overblock {
	atomic_uint holders;
	uint64_t accounted_ns; // what the data plane disarmed up to then is in here, or was
	size_t count;
	struct disarmed disarmed[]; // ascending by key
};

// An empty set with room for `count`, to be filled before anybody else sees it. NULL only when
// memory is out.
struct overblock *overblock_create(size_t count);
struct overblock *overblock_hold(struct overblock *overblock);
void overblock_release(struct overblock *overblock); // NULL is allowed

// The entry, or NULL: it is armed. `overblock` may be NULL. O(log n).
const struct disarmed *overblock_find(
	const struct overblock *overblock, const struct service_key *key);

// Whether the data plane tells of something that is not accounted for.
bool overblock_is_news(
	const struct overblock *overblock, const struct message_disarmed *told, uint32_t count);

// A new set, with what is told added. Of all new entries: those that are new by `novelty` (NULL:
// none). NULL only when memory is out.
struct overblock *overblock_disarm(const struct overblock *overblock,
	const struct message_disarmed *told, uint32_t count, const struct novelty *novelty);

// Which entries are meant.
struct disarmed_choice {
	bool all;
	struct address address;
	uint16_t port; // 0: all of the address
};

bool overblock_chosen(const struct disarmed_choice *choice, const struct disarmed *disarmed);

// A new set without those that are chosen. NULL only when memory is out.
struct overblock *overblock_arm(
	const struct overblock *overblock, const struct disarmed_choice *choice);

#define DISARMED_TEXT_SIZE 160

// "203.0.113.66 port 6667/tcp: 60 subscribers, limit 50"
void disarmed_format(const struct disarmed *disarmed, char text[DISARMED_TEXT_SIZE]);
