// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Up to BURST_MAX packets that travel the stages together, in one direction.
//
// The worker (or replay, a test, a fuzzer) fills frames, ticks, count, link and direction; each
// stage
// adds its part and looks only at the parts of the stages before it. One thread; lives on its
// stack.

#include "dataplane/packet.h"

#include <stdint.h>

struct rte_mbuf;

// Fits one prefetch window and stays below rte_hash's bulk limit of 64.
#define BURST_MAX 32

enum direction {
	DIRECTION_UP,   // came in by the subscriber port: look up the destination
	DIRECTION_DOWN, // came in by the network port: look up the source
};

// What happens to one packet.
enum verdict {
	VERDICT_FORWARD,
	VERDICT_DROP,
	VERDICT_RESET,    // dropped, and answered where `answered` has its bit
	VERDICT_SINKHOLE, // leaves by the link's sinkhole port; its way back is remembered
};

// Whether it goes no further on its own way, however that ends.
static inline bool verdict_holds_back(enum verdict verdict)
{
	return verdict != VERDICT_FORWARD;
}

struct burst {
	struct rte_mbuf *frames[BURST_MAX];
	uint64_t ticks[BURST_MAX]; // time of arrival, in the unit of whoever reads the ledger
	struct packet packets[BURST_MAX]; // by decode
	uint32_t verdicts[BURST_MAX];     // enum verdict; valid where `judged` has the packet's bit
	uint64_t judged;   // bit i: packet i has a verdict of its own; all others are forwarded
	uint64_t answered; // bit i: packet i, of VERDICT_RESET, is to be answered
	uint16_t count;
	uint16_t link; // where they came in, in the configuration's order
	enum direction direction;
};
