// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The accounting server: listens where the configuration says, answers what it has stored.
//
// Requests are taken in batches of up to DATAGRAM_BATCH, one transaction each, and answered after
// the commit: an answer means that the event is in the store. If it cannot be stored, nothing is
// answered, and the NAS tries again. A retransmission is answered again without being applied; a
// replay, a request of an unknown client, with a wrong secret or malformed, is not answered
// (RFC 2866 section 3). Every datagram is counted once: as accepted, as a duplicate, or as refused
// by a reason. About wrong secrets one line a minute and client is logged, about unknown clients
// one line a minute.
//
// Every few seconds sessions are ended that were silent too long, and what the store need not keep
// is removed. Nothing is silent before the server itself has listened for the time-out.
//
// Main thread. A batch takes some milliseconds.

#include "control/radius/reason.h"
#include "control/store/bindings.h"

struct config;
struct event_base;
struct radius_server;

enum radius_accepted {
	RADIUS_ACCEPTED_START,
	RADIUS_ACCEPTED_STOP,
	RADIUS_ACCEPTED_INTERIM_UPDATE,
	RADIUS_ACCEPTED_ACCOUNTING_ON,
	RADIUS_ACCEPTED_ACCOUNTING_OFF,
	RADIUS_ACCEPTED_OTHER, // answered, and of no consequence
	RADIUS_ACCEPTED_COUNT,
};

const char *radius_accepted_name(enum radius_accepted accepted);

struct radius_refusal {
	uint64_t count;
	uint64_t last_ns; // CLOCK_MONOTONIC; 0: never
	struct address last_source;
};

struct radius_view {
	uint64_t accepted[RADIUS_ACCEPTED_COUNT];
	uint64_t duplicates;                                // answered again
	struct radius_refusal refused[RADIUS_REASON_COUNT]; // [0] unused
	uint64_t lost;                                      // the kernel had no room for them
	uint64_t evicted;                                   // bindings that gave way to newer ones
	const char *store_problem; // why nothing can be stored; "" if it can
};

// Reads the secrets and listens. All must outlive it. NULL with one line in `error`.
struct radius_server *radius_server_create(struct event_base *base, const struct config *config,
	struct store *store, char *error, size_t error_size);
void radius_server_free(struct radius_server *server); // NULL is allowed

// Who is told of each change of a binding, as control/store/bindings.h says. NULL: nobody.
void radius_server_observe(struct radius_server *server, const struct binding_observer *observer);

void radius_server_look(const struct radius_server *server, struct radius_view *view);
