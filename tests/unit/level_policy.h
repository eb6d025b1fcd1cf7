// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A policy with one action for each level, and nothing capped but what entries of lists cap.

#include "config/policy.h"

// One entry for each of levels 1..4; `storage` is the policy's memory.
static inline struct config_policy level_policy(
	struct config_policy_entry storage[CONFIG_LEVELS - 1],
	const enum action actions[CONFIG_LEVELS])
{
	struct config_policy policy = {.entries = storage, .entry_count = CONFIG_LEVELS - 1};

	for (int level = 1; level < CONFIG_LEVELS; level++) {
		struct config_policy_entry *entry = &storage[level - 1];

		*entry = (struct config_policy_entry){
			.transports = CONFIG_POLICY_TRANSPORTS,
			.action = actions[level],
			.mode = MODE_ENFORCE,
			.police_pps = 10,
			.police_burst = 10,
		};
		entry->levels[level] = true;
		policy.caps[level] = ACTION_SINKHOLE;
	}
	return policy;
}
