// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All pairs of addresses of one packet: the innermost, and where decode.match is "all" those of the
// tunnels around it.
//
// The innermost pair that a rule fits decides; what that rule's subscriber is left alone for is not
// looked for further out. Where no rule fits, the innermost listed address is what is noted: an
// outer one on another port, or of a tunnel without ports, counts as other_port.
//
// One thread; datapath: with "all", one look-up per outer pair.

#include "dataplane/finding.h"

struct findings {
	struct finding own;
	// As an overlapping fragment could have it: STRICT by the strictest rule of any of the
	// pairs, with COUNTER_FRAGMENT_OVERLAP. Left BENIGN for packets that are no fragments.
	struct finding strictest;
};

// `listed`: of the innermost pair; NULL: it is not.
struct findings pair_find(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed);
