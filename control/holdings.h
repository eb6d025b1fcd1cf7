// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What RADIUS says now of whose flags the mapping knows: the prefixes that subscribers with flags
// hold, and those that others hold where the mapping, or a binding around them, says otherwise.
// They are what identity_flagged lays above the mapping.
//
// Keys decide as they do for contacts (store_tenant_find): a prefix longer than a key stands for
// the whole key, and is its subscriber's who holds it alone. But if anybody within a key is not to
// be touched, nobody in it is.
//
// A snapshot: immutable, shared by reference count, any thread.

#include "config/config.h"
#include "control/store/store.h"
#include "control/subscriber/identity.h"

struct holdings;

// Reads the store through the caller's connection: an index search for each subscriber with flags,
// and for each range that the mapping gives flags to; nothing without any. NULL with one line in
// `error`.
struct holdings *holdings_read(struct store *store, const struct config *config,
	const struct identity *identity, char *error, size_t error_size);
struct holdings *holdings_hold(struct holdings *holdings);
void holdings_release(struct holdings *holdings); // NULL is allowed

// For identity_flagged. No two are equal.
const struct flagged_prefix *holdings_prefixes(const struct holdings *holdings, size_t *count);

// NULL is allowed: there are none.
bool holdings_same(const struct holdings *a, const struct holdings *b);

// Whether a change of who holds `prefix` may change them: it meets one of them, or a range that the
// mapping gives flags to. Changes of what subscribers with flags hold always do. `holdings` may be
// NULL. O(log n).
bool holdings_meet(const struct holdings *holdings, const struct identity *identity,
	const struct prefix *prefix);
