// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who did what and when: starts and stops, mode changes, loads, refusals, rollbacks.

#include "control/store/store.h"

#define AUDIT_ENTRIES_MAX 100000 // the oldest give way
#define AUDIT_SELF        "sekisho-control"

struct audit_entry {
	uint64_t at_ns;
	const char *actor, *action, *detail; // valid during the call
};

int store_audit_add(struct store *store, const char *actor, const char *action, const char *detail);

// The last `limit` entries, newest first.
int store_audit_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct audit_entry *entry), void *context);
