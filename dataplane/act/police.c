// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/police.h"

#include <assert.h>

struct police_rate police_rate_of(uint32_t packets_per_s, uint32_t burst, uint64_t hz)
{
	struct police_rate rate = {.packet_ticks = hz / packets_per_s};

	assert(packets_per_s > 0 && burst > 0);
	// Slow clocks: better a little too strict than no limit.
	if (rate.packet_ticks == 0)
		rate.packet_ticks = 1;
	rate.burst_ticks = rate.packet_ticks * burst;
	return rate;
}
