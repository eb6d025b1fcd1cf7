// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How far the policy reaches at an indicator, before anything is known of packets and subscribers:
// which entries fit as far as lists and the hour say, and what caps its actions.
//
// Ages count from the earliest first_seen of the sources to the last full hour, so that a policy
// with ages makes at most one generation an hour. An indicator of which no source says when it was
// first seen has no age, and an entry that asks for one does not fit it.
//
// Pure, but for the time zone (tzset(3)); any thread.

#include "config/config.h"
#include "control/catalogue.h"

// Which entries' hours it is.
struct policy_moment {
	int64_t now_s; // UTC
	uint64_t open; // bit i: entry i
};

struct policy_moment policy_moment(const struct config *config, int64_t now_s);

enum policy_cap {
	POLICY_CAP_NONE,
	POLICY_CAP_OPT_OUT,
	POLICY_CAP_EXEMPT,
	POLICY_CAP_CONSENT,
	POLICY_CAP_ANY_PORT,
	POLICY_CAP_LEVEL,
	POLICY_CAP_MAX_ACTION,
};

// All that matters of an indicator. Equal `entries` and `severity` make equal decisions.
struct policy_reach {
	uint64_t entries;    // bit i: entry i fits as far as indicator and hour go
	uint8_t severity;    // of the most severe action that is allowed
	enum policy_cap cap; // why no more; NONE: nothing is forbidden
};

struct policy_reach policy_reach(const struct config *config, const struct policy_moment *moment,
	const struct indicator *indicator);

// The next moment (UTC seconds) after `now_s` at which hours or ages may change what is decided;
// 0: none.
int64_t policy_next_change(
	const struct config *config, const struct catalogue *catalogue, int64_t now_s);
