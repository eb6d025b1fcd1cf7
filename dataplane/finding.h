// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What one packet turned out to be: the step between what is listed and what is done about it.
//
// A finding holds all that a verdict needs but the mode, so that a later fragment can take over the
// finding of its first and is still judged by the mode of its own time.
//
// A packet to or from a listed address that hides its ports is judged by the strictest rule of the
// address that could fit, and makes no contact: which service it was for cannot be told. Else a few
// headers more would be a way around every rule. Ports are hidden
// - in a first fragment that is too short for them: fragment_short (fragment.h);
// - behind IPv6 extension headers that are too many or unknown (undecoded_extension), whatever the
//   transport: headers_hidden;
// - where a whole frame ends before its ports or extension headers do, by the lengths that it tells
//   or by what is gathered of many buffers (undecoded_truncated): headers_hidden. A receiver that
//   goes by another length than ours (RFC 2516 has one beside that of IP) may still read them; of
//   those that truly have none, every receiver throws away what is let pass.
// Not hidden are the ports that a capture's snap length cut off: that is the capture's doing, and
// such a packet is of another port. Nor has ESP any, nor a tunnel whose inside is not understood:
// what its own header says is known, and no rule is for that.
//
// One thread; datapath, asked only about packets to or from a listed address.

#include "dataplane/pipeline.h"

enum finding_kind {
	FINDING_BENIGN,  // nothing listed
	FINDING_NOTED,   // something listed, about which nothing is done: `note` counts why
	FINDING_MATCHED, // a subscriber's packet to or from a listed service: a contact
	FINDING_STRICT, // which service cannot be told: judged by the strictest, no contact; `note`
};

struct finding {
	struct ledger_key key; // of the contact; NOTED and STRICT: the listed address alone
	uint32_t rule;         // MATCHED and STRICT: its number in the generation
	uint16_t seen_port;
	uint8_t kind; // enum finding_kind
	uint8_t note; // enum counter
	uint8_t level;
	uint8_t flags;     // SUBSCRIBER_FLAG_*
	uint16_t decision; // number of the rule's; MATCHED and STRICT
};

_Static_assert(COUNTER_COUNT <= UINT8_MAX, "a finding's note holds any counter");

// The pair of a packet that is looked up: destination on the way up, source on the way down.
static inline const struct address *finding_address(
	const struct packet *packet, enum direction direction)
{
	return direction == DIRECTION_UP ? &packet->destination : &packet->source;
}

// Whether `packet` hides its ports, other than in a first fragment; `frame` is what it was decoded
// of. For packet->ports_hidden.
bool finding_ports_hidden(const struct packet *packet, const struct rte_mbuf *frame);

// By the ports of `packet`, which is one of the burst or what a tunnel around it says; STRICT if it
// hides them.
struct finding finding_of(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed);

// By the strictest rule that fits `transport` (TRANSPORT_ANY: all do); STRICT, with `note`, unless
// the packet is nobody's. BENIGN: no rule fits.
struct finding finding_strictest(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed, uint8_t transport,
	enum counter note);

// Counts, records and judges packet `index` of the burst by the mode in force; by alert if the rule
// is disarmed.
void finding_apply(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct finding *finding, struct counters *counters);
