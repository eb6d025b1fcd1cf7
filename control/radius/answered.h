// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The requests answered lately, so that a retransmission is answered again and applied once, and
// the same request played again later is known for what it is.
//
// A request is its client's address, identifier and Request Authenticator (RFC 5080 section 2.2.2).
// Not its port, which a NAT may change and whoever replays it can choose: the authenticator is a
// digest of the whole request with the secret. Within ANSWERED_WINDOW_MS of its first arrival it is
// a retransmission, until ANSWERED_MEMORY_MS a replay; then it is forgotten, as are the oldest when
// there are more than ANSWERED_MAX. What is forgotten and comes again is an event of the time it
// names, which session.h fits in.
//
// A NAS that is switched on twice within ANSWERED_MEMORY_MS may say so in exactly the same bytes;
// the second time is refused as a replay. One that sends Event-Timestamp has no such trouble.
//
// One thread. All calls take constant time.

#include "config/address.h"
#include "control/radius/authenticator.h"

#define ANSWERED_MAX       65536u
#define ANSWERED_WINDOW_MS 30000   // all tries of an impatient NAS, some of a patient one
#define ANSWERED_MEMORY_MS 3600000 // an hour

struct answered_key {
	struct address client;
	uint8_t authenticator[AUTHENTICATOR_SIZE];
	uint8_t identifier;
};

enum answered_kind {
	ANSWERED_NEVER,
	ANSWERED_REPEATED, // a retransmission
	ANSWERED_REPLAYED,
};

struct answered;

// NULL only when memory is out.
struct answered *answered_create(void);
void answered_free(struct answered *answered); // NULL is allowed

// `now_ms` is CLOCK_MONOTONIC and never goes back.
enum answered_kind answered_find(
	const struct answered *answered, const struct answered_key *key, int64_t now_ms);

// A request that is found as ANSWERED_NEVER. The oldest gives way when there is no room.
void answered_add(struct answered *answered, const struct answered_key *key, int64_t now_ms);

// As if the last `count` had never been added: their answers cannot be sent.
void answered_take_back(struct answered *answered, unsigned count);
