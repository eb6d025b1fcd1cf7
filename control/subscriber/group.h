// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The group of a trial that a subscriber is in, once consent has been asked for: in neither is
// whoever opted out, is exempt, or has not consented where blocking needs that. Nothing would be
// enforced upon them, and nothing can be learned by counting them.
//
// Pure.

#include "config/consent.h"
#include "dataplane/api/cohort.h"
#include "dataplane/api/generation_layout.h"

// `flags`: SUBSCRIBER_FLAG_* of the subscriber.
enum cohort_group group_of_name(
	const struct cohort *cohort, const char *name, uint8_t flags, enum consent consent);
enum cohort_group group_of_key(const struct cohort *cohort, const struct subscriber_key *key,
	uint8_t flags, enum consent consent);
