// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who held a key at a moment, by all that the control plane knows: what stands of the mapping and
// CGN files (control/subscriber/identity.h), and the bindings in the store.
//
// Each question is answered by the newest identity that the loader has published. The thread that
// `store` belongs to. Costs a few index searches.

#include "control/store/resolved.h"
#include "control/subscriber/identity.h"

struct config;
struct loader;
struct store;

// All must outlive it.
struct resolver {
	const struct config *config;
	struct store *store;
	struct loader *loader;
};

// What contacts are attributed by; refers to `resolver`.
struct subscriber_resolver resolver_interface(struct resolver *resolver);

// The same by one identity, which may be NULL: no mapping stands yet. `resolved` is zeroed. -1: the
// store could not be read.
int resolver_ask(const struct resolver *resolver, const struct identity *identity,
	const struct subscriber_key *key, const char *link, uint64_t at_ns,
	struct resolved *resolved);

// The store's bindings, for identity_resolve.
struct identity_bindings resolver_bindings(struct store *store);
