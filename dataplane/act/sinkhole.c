// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/sinkhole.h"

#include "dataplane/act/header.h"
#include "dataplane/cache.h"

#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>

#define ETHERTYPE_OFFSET 12

// From the subscriber's point of view.
struct flow {
	struct address subscriber, server;
	uint16_t subscriber_port, server_port;
	uint16_t link;
	uint16_t transport;
};

_Static_assert(sizeof(struct flow) == 40, "no hidden padding in what is hashed");

struct sinkhole {
	struct cache *flows; // struct flow → struct envelope
};

struct sinkhole *sinkhole_create(uint32_t flows, uint64_t hz)
{
	struct sinkhole *sinkhole = calloc(1, sizeof(*sinkhole));
	const struct cache_request request = {
		.limit = flows,
		.key_size = sizeof(struct flow),
		.value_size = sizeof(struct envelope),
		.timeout_ticks = hz * SINKHOLE_TIMEOUT_S,
		.hold_ticks = hz * SINKHOLE_HOLD_S,
	};

	if (!sinkhole)
		return NULL;
	sinkhole->flows = cache_create(&request);
	if (!sinkhole->flows) {
		free(sinkhole);
		return NULL;
	}
	return sinkhole;
}

void sinkhole_free(struct sinkhole *sinkhole)
{
	if (!sinkhole)
		return;
	cache_free(sinkhole->flows);
	free(sinkhole);
}

static bool same_way(const struct envelope *one, const struct envelope *other)
{
	return one->length == other->length && memcmp(one->bytes, other->bytes, one->length) == 0;
}

bool sinkhole_remember(struct sinkhole *sinkhole, uint16_t link, const uint8_t *frame,
	size_t captured, const struct packet *packet, uint64_t ticks)
{
	const struct flow flow = {
		.subscriber = packet->source,
		.server = packet->destination,
		.subscriber_port = packet->source_port,
		.server_port = packet->destination_port,
		.link = link,
		.transport = packet->transport,
	};
	struct envelope envelope, *known;
	bool evicted = false;

	if ((packet->transport != IPPROTO_TCP && packet->transport != IPPROTO_UDP) ||
		!envelope_take(&envelope, frame, captured, packet, ENVELOPE_BACK) ||
		envelope_inner_length(frame, captured, packet) == 0)
		return false;
	known = cache_find(sinkhole->flows, &flow, ticks);
	if (known)
		return same_way(known, &envelope);
	known = cache_add(sinkhole->flows, &flow, ticks, &evicted);
	if (!known)
		return false;
	*known = envelope;
	return true;
}

// By a packet towards the subscriber.
static const struct envelope *find(
	struct sinkhole *sinkhole, uint16_t link, const struct packet *packet, uint64_t ticks)
{
	const struct flow flow = {
		.subscriber = packet->destination,
		.server = packet->source,
		.subscriber_port = packet->destination_port,
		.server_port = packet->source_port,
		.link = link,
		.transport = packet->transport,
	};

	return cache_find(sinkhole->flows, &flow, ticks);
}

bool sinkhole_knows(
	struct sinkhole *sinkhole, uint16_t link, const struct packet *packet, uint64_t ticks)
{
	return find(sinkhole, link, packet, ticks) != NULL;
}

const struct envelope *sinkhole_way_back(
	struct sinkhole *sinkhole, uint16_t link, const struct packet *reply, uint64_t ticks)
{
	// Only as we sent it: plain Ethernet, whole.
	if (!reply->has_addresses || reply->undecoded || reply->fragment_count > 0 ||
		reply->l3_offset != HEADER_ETHERNET)
		return NULL;
	return find(sinkhole, link, reply, ticks);
}

size_t sinkhole_bare(uint8_t *frame, size_t captured, const struct packet *packet,
	const uint8_t destination[6], const uint8_t source[6], size_t *length)
{
	size_t begin = packet->l3_offset - HEADER_ETHERNET;
	uint8_t *ethernet = frame + begin;

	*length = HEADER_ETHERNET + envelope_inner_length(frame, captured, packet);
	if (*length < HEADER_FRAME_MIN && captured - begin >= HEADER_FRAME_MIN)
		*length = HEADER_FRAME_MIN;
	memcpy(ethernet, destination, 6);
	memcpy(ethernet + 6, source, 6);
	header_put16(ethernet + ETHERTYPE_OFFSET,
		address_is_v4(&packet->source) ? ETHERTYPE_IP : ETHERTYPE_IPV6);
	return begin;
}
