// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/pair.h"

#include "config/transport.h"

#include <stdalign.h>

// In a plain IPv4 packet the transport is part of the key of the reassembly. In IPv6 there may be
// headers in front of it that an overlap rewrites, and in a tunnel there are.
static uint8_t transport_that_stays(const struct packet *packet)
{
	return packet->outer_count == 0 && address_is_v4(&packet->source) ? packet->transport
									  : TRANSPORT_ANY;
}

static bool rule_fitted(const struct finding *finding)
{
	return finding->kind == FINDING_MATCHED || finding->kind == FINDING_STRICT ||
	       (finding->kind == FINDING_NOTED && finding->note != COUNTER_OTHER_PORT &&
		       finding->note != COUNTER_FRAGMENT_EARLY);
}

static void find_one(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed, struct findings *findings)
{
	struct finding found;

	if (!rule_fitted(&findings->own)) {
		found = finding_of(pipeline, burst, packet, listed);
		if (findings->own.kind == FINDING_BENIGN || rule_fitted(&found))
			findings->own = found;
	}
	if (packet->fragment_count == 0)
		return;
	found = finding_strictest(pipeline, burst, packet, listed, transport_that_stays(packet),
		COUNTER_FRAGMENT_OVERLAP);
	if (findings->strictest.kind != FINDING_STRICT ||
		(found.kind == FINDING_STRICT &&
			generation_severity(pipeline->generation, found.decision) >
				generation_severity(
					pipeline->generation, findings->strictest.decision)))
		findings->strictest = found;
}

// The packet as the tunnel's outer header has it.
static struct packet packet_seen_from(const struct packet *packet, uint8_t outer)
{
	const struct outer *pair = &packet->outers[outer];
	struct packet seen = *packet;

	seen.source = pair->source;
	seen.destination = pair->destination;
	seen.source_port = pair->source_port;
	seen.destination_port = pair->destination_port;
	seen.transport = pair->transport;
	// Its ports are known, whatever is inside.
	seen.fragment = FRAGMENT_NONE;
	seen.ports_missing = seen.ports_hidden = false;
	seen.outer_count = outer;
	return seen;
}

struct findings pair_find(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed)
{
	struct findings findings = {.own = {.kind = FINDING_BENIGN}};

	if (listed)
		find_one(pipeline, burst, packet, listed, &findings);
	if (!pipeline->match_all || !pipeline->generation)
		return findings;
	for (uint8_t i = packet->outer_count; i-- > 0;) {
		const struct outer *outer = &packet->outers[i];
		// The table's hash takes eight bytes at a time.
		alignas(8) const struct address address =
			burst->direction == DIRECTION_UP ? outer->destination : outer->source;
		const struct address *pointer = &address;
		struct packet seen;
		struct listed found;

		if (!generation_lookup(pipeline->generation, &pointer, 1, &found))
			continue;
		seen = packet_seen_from(packet, i);
		find_one(pipeline, burst, &seen, &found, &findings);
	}
	return findings;
}
