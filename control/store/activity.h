// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What each contact did, day by day: what trials and comparisons in time are measured by.
//
// One row for a contact, a day (UTC), a phase of a trial (control/store/trials.h; 0: no trial) and
// the group its subscriber was in: packets, attempts, first and last time. Written with the share
// (control/store/shares.h) in the same transaction, so that no packet is counted twice or lost. An
// attempt is a share with packets from the subscriber: a second, or half of one, in which it tried.
//
// When a share turns out to be another's, its packets and attempt move with it, exactly. `first`,
// `last` and `enforced` of the row that lost it stay as wide as they were, because no more is kept;
// a row without packets disappears.
//
// Bounded by age (retention_days) and by ACTIVITY_MAX; what gives way is the oldest. A contact that
// gives way takes its days along. Cost: one statement a share, some 10 microseconds. All but
// store_activity_expire for the caller's transaction.

#include "control/store/shares.h"

#define ACTIVITY_MAX 4000000

// Adds a share that begins (`attempt`) or goes on, of a contact whose last packet was dealt with
// as `applied` says. A share without packets is nothing.
int store_activity_add(struct store *store, const struct share *share, bool attempt, bool applied);

// Takes a share out of the row that it is in, before it is moved.
int store_activity_subtract(struct store *store, const struct share *share);

// Removes what is older than that many days, and the oldest beyond `rows_max`: some at a time, in a
// transaction of its own. 1: there may be more, 0: done, -1: failed.
int store_activity_expire(
	struct store *store, uint64_t now_ns, uint32_t retention_days, uint64_t rows_max);
