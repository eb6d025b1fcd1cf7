// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

bool decode_note_ip(struct packet *packet)
{
	return decode_note(packet,
		address_is_v4(&packet->source) ? ENCAPSULATION_IPV4 : ENCAPSULATION_IPV6, 0,
		packet->l3_offset);
}

bool decode_note_tunnel(
	struct cursor *cursor, struct packet *packet, enum encapsulation_kind kind, uint32_t id)
{
	return decode_descend(cursor, packet) && decode_note_ip(packet) &&
	       decode_note(packet, kind, id, cursor->offset);
}

enum layer decode_outer(enum layer again, struct packet *packet)
{
	if (packet->outer_count == PACKET_OUTERS_MAX)
		return decode_refuse(packet, COUNTER_UNDECODED_DEPTH);
	packet->outers[packet->outer_count++] = (struct outer){
		.source = packet->source,
		.destination = packet->destination,
		.source_port = packet->source_port,
		.destination_port = packet->destination_port,
		.transport = packet->transport,
	};
	packet->has_addresses = false;
	packet->source_port = packet->destination_port = 0;
	packet->payload_length = 0;
	return again;
}
