// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The frames that answer what a burst held back: act/reset.h and act/refuse.h, into buffers.
//
// One worker, one thread. A buffer that is not to be had is one answer less, and counted.

#include "dataplane/pipeline.h"

#include <stdint.h>

struct rte_mempool;

// Two resets for every packet.
struct answers {
	// By the port they leave by: [0] that of arrival, back to the sender, [1] the other.
	struct rte_mbuf *frames[2][BURST_MAX];
	uint16_t counts[2];
};

// Of all packets in burst->answered, whose frames are still there. `mtu`: of the port of arrival.
void answers_make(struct answers *answers, const struct burst *burst, struct rte_mempool *pool,
	uint32_t mtu, struct counters *counters);
