// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#include <netinet/in.h>

#define PORTS_LENGTH 4

enum layer fragment_note(struct cursor *cursor, struct packet *packet, uint32_t identification,
	uint16_t offset, bool more, uint8_t protocol)
{
	uint8_t place = packet->fragment_count;

	if (place == PACKET_FRAGMENTS_MAX)
		place--; // the innermost takes the place of those between
	else
		packet->fragment_count++;
	packet->fragments[place] = (struct fragment_part){
		.source = packet->source,
		.destination = packet->destination,
		.identification = identification,
		.offset = offset,
		.length = cursor_payload(cursor, 0),
		.protocol = protocol,
		.more = more,
	};
	cursor->fragments[place] = (uint16_t)cursor->offset;
	packet->fragment = offset ? FRAGMENT_LATER : FRAGMENT_FIRST;
	return decode_protocol(cursor, protocol, packet);
}

static bool has_ports(const struct packet *packet)
{
	if (packet->fragment == FRAGMENT_LATER)
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

// Where in the frame the last byte lies that mattered, plus one. Nothing of a later fragment does:
// it is the innermost, and that is where it begins.
static size_t judged_end(const struct cursor *cursor, const struct packet *packet)
{
	if (packet->undecoded)
		return cursor->offset;
	if (packet->ports_missing)
		return cursor->end;
	return has_ports(packet) ? packet->l4_offset + (size_t)PORTS_LENGTH : packet->l4_offset;
}

void fragment_finish(const struct cursor *cursor, struct packet *packet)
{
	size_t end = judged_end(cursor, packet);

	for (uint8_t i = 0; i < packet->fragment_count; i++)
		packet->fragments[i].header = (uint16_t)(end - cursor->fragments[i]);
}
