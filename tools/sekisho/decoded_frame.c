// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/decoded_frame.h"

#include "config/prefix_set.h"
#include "dataplane/decode/decode.h"
#include "tools/sekisho/link_header.h"

#include <netinet/in.h>

static void decode(const struct capture_frame *frame, uint8_t depth, struct packet *packet)
{
	const struct link_header link =
		link_header_parse(frame->link_type, frame->bytes, frame->captured);
	size_t captured = frame->captured - link.size;

	// Offsets in the packet, and the buffers that ports fill, end there.
	if (captured > UINT16_MAX)
		captured = UINT16_MAX;
	decode_frame(frame->bytes + link.size, captured, frame->length - link.size, link.first,
		depth, packet);
	if (link.first == LAYER_UNDECODED)
		packet->undecoded = (uint8_t)link.undecoded;
}

void decoded_frame_fill(struct decoded_frame *decoded, const struct decoded_frame_view *view)
{
	struct packet *packet = &decoded->packet;
	struct subscriber_key key;

	decode(&decoded->frame, view->depth, packet);
	decoded->direction = DIRECTION_DOWN;
	decoded->is_subscribers = false;
	if (!packet_has_addresses(packet))
		return;
	if (prefix_set_contains(view->prefixes, &packet->source))
		decoded->direction = DIRECTION_UP;
	decoded->is_subscribers =
		subscriber_find(view->subscribers, packet, decoded->direction, &key);
	if (decoded->is_subscribers)
		subscriber_key_format(&key, "replay", decoded->subscriber);
}

bool decoded_frame_has_ports(const struct decoded_frame *decoded)
{
	const struct packet *packet = &decoded->packet;

	if (packet->undecoded != 0 || packet->fragment == FRAGMENT_LATER || packet->ports_missing)
		return false;
	switch (packet->transport) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return true;
	default:
		return false;
	}
}
