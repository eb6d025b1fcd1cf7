// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The two ways between a link and its sinkhole, on packet buffers (act/sinkhole.h knows the bytes).
//
// One worker, one thread; in place, without copying a frame.

#include "dataplane/act/sinkhole.h"
#include "dataplane/link.h"
#include "dataplane/pipeline.h"

// A subscriber's frame as the sinkhole shall see it. Its way back is remembered already.
void diversion_hand_over(
	struct rte_mbuf *mbuf, const struct packet *packet, const struct link *link);

// A burst that came by the sinkhole port: decodes, counts, and puts the headers back around what
// answers a subscriber. Such frames come first in `burst` then, for the subscriber port; returns
// their number. The others, behind them, are to be freed.
uint16_t diversion_take_back(struct burst *burst, struct sinkhole *sinkhole,
	const struct link *link, struct pulse *pulse, struct counters *counters);
