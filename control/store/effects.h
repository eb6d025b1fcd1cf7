// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What contacts did in a stretch of time, for comparisons: from their days
// (control/store/activity.h) one row for each contact and group.
//
// Cost: the days in the stretch by index, and all contacts of their subscribers; about a second for
// a million of either, in which nothing else is stored.

#include "control/store/contacts.h"

struct effect_stretch {
	uint64_t from_day, until_day; // days since the epoch, both included
	int64_t phase;                // of a trial; 0: all, whatever ran
};

struct effect_row {
	int64_t subscriber;
	char family[FAMILY_SIZE];
	uint8_t level;
	uint64_t contact_first_ns; // ever
	enum cohort_group group;
	// In the stretch; packets 0: nothing was.
	uint64_t packets, attempts, first_ns, last_ns;
};

// Rows of subscribers who did anything in the stretch, one subscriber after the other, with
// evidence of at least attempted. Contacts that did nothing are among them, for who is new depends
// on them.
int store_effect_rows(struct store *store, const struct effect_stretch *stretch,
	void (*each)(void *context, const struct effect_row *row), void *context);
