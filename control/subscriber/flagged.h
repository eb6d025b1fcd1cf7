// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whose packets are to be treated otherwise, as a generation carries it: disjoint ranges of keys in
// order, each with the flags of its subscriber.
//
// The narrowest row of the mapping decides for a key, and a subscriber's flags are those of all its
// rows. Prefixes that the caller adds, of subscribers known by RADIUS, are above the mapping, as
// they are when a contact is attributed; with no flags they take away what the mapping says.
// What a subscriber has outside a CGN or by MAP-E has its flags too: a box out there sees nothing
// else. For a link whose keys are finer than a row, its flags are those of the row around: a block
// of ports has those of its address, a PPPoE session those of its VLANs.
//
// While a trial runs, everybody who is named has a flag that says the group, unless the subscriber
// may not be touched: then there are about as many ranges as rows.
//
// Immutable; any thread. Costs 40 bytes a range.

#include "config/consent.h"
#include "control/subscriber/mapping.h"
#include "control/subscriber/translation.h"
#include "dataplane/api/generation_layout.h"

struct flagged_prefix {
	struct prefix prefix;
	uint8_t flags; // SUBSCRIBER_FLAG_*; 0: none, whatever the mapping says
};

// The trial that runs (trial 0: none), and what its groups depend on.
struct flagged_trial {
	struct cohort cohort;
	enum consent consent;
};

struct flagged {
	struct cohort cohort; // of that trial
	size_t count;
	struct generation_subscriber ranges[];
};

// The flags of a subscriber together with those that say its group: what belongs into the `flags`
// of a flagged_prefix.
uint8_t flagged_with_group(
	const struct flagged_trial *trial, const char *subscriber, uint8_t flags);

// `prefixes` in any order, no two of them equal. NULL with one line in `error`: more than
// GENERATION_SUBSCRIBERS_MAX, or memory is out. The caller frees the result.
struct flagged *flagged_create(const struct mapping *mapping, const struct translation *translation,
	const struct flagged_prefix prefixes[], size_t count, const struct flagged_trial *trial,
	char *error, size_t error_size);
