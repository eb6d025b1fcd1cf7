// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A packet that is a part of a datagram: judged by the rules in dataplane/fragment.h.
//
// One thread; datapath, asked only about packets with fragments.

#include "dataplane/burst.h"
#include "dataplane/generation.h"
#include "dataplane/pipeline.h"

// Judges packet `index`, counts, and remembers what its later fragments need. `listed`: of the
// innermost pair; NULL: it is not. A later fragment that is not understood becomes
// undecoded.
void datagram_judge(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct listed *listed, struct counters *counters);
