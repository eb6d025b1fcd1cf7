// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Judgement → what really happens to the packet, once buckets, limits and the sinkhole were asked.
//
// - police: forwarded or dropped by the contact's bucket, which runs in shadow mode too.
// - reset: dropped; answered if it may be, by act/reset.h or act/refuse.h. TCP is answered both
//   ways, UDP only on its way up, and only where the decision says so.
// - sinkhole: on its way up handed over, if the sinkhole answers and the flow has a way back;
//   else what the decision says instead. On its way down the listed server's own word is dropped
//   where the flow is the sinkhole's.
// - Where a decision needs memory and there is none, nothing is done, and that is counted.
//
// One thread; datapath, asked only about matched packets.

#include "dataplane/finding.h"
#include "dataplane/verdict.h"

struct deed {
	enum action action; // as the contact's record tells it
	enum verdict verdict;
	bool applied; // the action was carried out on this packet
};

// Counts why a packet is dropped, or would be, and marks in burst->answered what is to be answered.
// `seen`: SEEN_* of the packet.
struct deed deed_of(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct finding *finding, uint8_t seen, struct counters *counters);
