// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What was said about single subscribers, as it came with a generation: a search in its ranges.
//
// A range speaks of keys of its own kind only: flags given to an address do not reach those who
// share its ports on a link that tells them apart, nor the VLAN behind which it lies. Compared is
// the packet's own value, not the one masked to a key's length, so that ranges may be wider or
// narrower than a key; of a VLAN, session or label the key's own ids.
//
// Pure functions. Cost: O(log n), about 20 cache lines of the largest table; datapath, asked only
// about subscribers' packets to or from a listed service.

#include "dataplane/api/generation_layout.h"

// The order of ranges, and of what lies in them: kind, address, port. Less than, equal to or
// greater than 0.
int subscriber_flags_order(uint8_t kind, const struct address *address, uint16_t port,
	uint8_t other_kind, const struct address *other_address, uint16_t other_port);

// The flags of the range that holds the value, or 0. `ranges` are in order and disjoint; `port` is
// 0 where the kind has none.
uint8_t subscriber_flags_find(const struct generation_subscriber ranges[], uint32_t count,
	enum subscriber_key_kind kind, const struct address *address, uint16_t port);
