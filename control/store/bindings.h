// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who held which address or prefix, from when to when.
//
// Of one prefix at most one binding holds at any moment, whatever the order in which they were
// told: a claim holds from its start until its end or until the next claim on the same prefix
// starts, whichever is first, and never comes back after that. So the bindings of a prefix depend
// on the claims alone, not on the order of their arrival. A binding that another of the same start
// left no time at all stays, empty. Prefixes of different lengths may lie within each other; an
// address is held by whoever holds the longest.
//
// Claims are entered by control/store/claims.h, as control/radius/session.h decides.
//
// Bounded: past STORE_BINDINGS_MAX those that ended longest ago give way, then the oldest open
// ones; and a binding is kept for a while after its end. store_bindings_tidy sees to both.
//
// A look-up costs two index searches for each length in use.

#include "config/address.h"
#include "control/store/store.h"

#define STORE_BINDINGS_MAX 4000000
#define STORE_SESSIONS_MAX 4000000

#define BINDING_OPEN      0    // as an end: it has none
#define BINDING_TEXT_SIZE 1013 // of any name, with the terminating zero; longer ones are cut

struct binding {
	struct prefix prefix;
	uint8_t source;    // by what attribute it was told, an enum radius_source
	uint64_t start_ns; // UTC; the first moment
	uint64_t end_ns;   // the first moment after it; BINDING_OPEN: it still holds
	uint64_t heard_ns; // the moment the last word about it speaks of
	char subscriber[BINDING_TEXT_SIZE]; // "": the NAS named nobody
	char nas[BINDING_TEXT_SIZE];
	char session[BINDING_TEXT_SIZE]; // Acct-Session-Id
	char calling_station[BINDING_TEXT_SIZE];
	char nas_port[BINDING_TEXT_SIZE];
};

// A binding that is new, or whose start or end moved.
struct binding_change {
	struct prefix prefix;
	const char *subscriber;    // valid during the call
	uint64_t start_ns, end_ns; // as they are now
	uint64_t from_ns;          // from here on the prefix has, or may have, another holder
};

// Told of each change, within the transaction and after the row was written; may read and write the
// store, but not its bindings. A transaction that fails afterwards undoes the change.
struct binding_observer {
	void *context;
	void (*changed)(void *context, const struct binding_change *change);
};

// Who held the address at `at_ns`, by the longest prefix. 1: found, 0: nobody, -1: failed.
int store_binding_find(struct store *store, const struct address *address, uint64_t at_ns,
	struct binding *binding);

// Who held all of the prefix then.
int store_binding_around(
	struct store *store, const struct prefix *prefix, uint64_t at_ns, struct binding *binding);

// The next length below *length that any binding has. 1: found, 0: none, -1: failed.
int store_binding_length(struct store *store, int *length);

struct binding_filter {
	const char *subscriber;       // what that subscriber holds now; NULL: any
	const struct address *within; // what ever held this address, now or then; NULL: any
	uint32_t limit;
};

// Of an address, the longest prefix first, and of each prefix the latest start first; of a
// subscriber, the latest start first; with neither, all that is open, by subscriber.
int store_bindings_list(struct store *store, const struct binding_filter *filter,
	void (*each)(void *context, const struct binding *binding), void *context);

struct binding_totals {
	uint64_t stored, open, sessions;
};

int store_bindings_count(struct store *store, struct binding_totals *totals);

struct binding_bounds {
	uint64_t keep_ns; // what ended before it goes
	uint64_t bindings_max, sessions_max;
};

// Removes what is beyond these bounds, as many rows as the event loop can spare the time for, in a
// transaction of its own. 1: there is more to remove. `*evicted` grows by the bindings that had to
// give way to newer ones.
int store_bindings_tidy(
	struct store *store, const struct binding_bounds *bounds, uint64_t *evicted);
