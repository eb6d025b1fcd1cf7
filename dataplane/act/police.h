// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A token bucket in one number: so many packets a second, so many at once.
//
// Kept is the time at which the bucket will be full again (the virtual scheduling algorithm of
// ITU-T I.371: the next packet's theoretical arrival). A bucket of zeros is full.
//
// One owner; any thread. Datapath: an addition and two comparisons.

#include <stdbool.h>
#include <stdint.h>

struct police_rate {
	uint64_t packet_ticks; // ticks in which a packet's token comes back
	uint64_t burst_ticks;  // the same times the packets that may come at once
};

struct bucket {
	uint64_t full_ticks;
};

// `packets_per_s` and `burst` at least 1; `hz` ticks a second.
struct police_rate police_rate_of(uint32_t packets_per_s, uint32_t burst, uint64_t hz);

// Whether a packet at `ticks` may pass; takes its token if so. Ticks that run backwards find the
// bucket as it was.
static inline bool police_pass(
	struct bucket *bucket, const struct police_rate *rate, uint64_t ticks)
{
	uint64_t full = bucket->full_ticks > ticks ? bucket->full_ticks : ticks;

	if (full - ticks + rate->packet_ticks > rate->burst_ticks)
		return false;
	bucket->full_ticks = full + rate->packet_ticks;
	return true;
}
