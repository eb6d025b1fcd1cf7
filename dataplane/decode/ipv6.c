// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#include <netinet/in.h>

// RFC 8200 section 3.
#define IPV6_HEADER_LENGTH 40

enum layer decode_ipv6(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	struct address source, destination;
	uint16_t payload_length;

	if (cursor_left(cursor) < IPV6_HEADER_LENGTH)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	if (header[0] >> 4 != 6)
		return decode_refuse(packet, COUNTER_UNDECODED_IPV6);

	// It would read as an IPv4 packet, and match rules that were never meant for it.
	memcpy(source.bytes, header + 8, sizeof(source.bytes));
	memcpy(destination.bytes, header + 24, sizeof(destination.bytes));
	if (address_is_v4(&source) || address_is_v4(&destination))
		return decode_refuse(packet, COUNTER_UNDECODED_MAPPED);
	if (packet->has_addresses)
		return decode_outer(LAYER_IPV6, packet);
	packet->source = source;
	packet->destination = destination;
	packet->has_addresses = true;
	packet->l3_offset = (uint16_t)cursor->offset;

	payload_length = decode_be16(header + 4);
	cursor->offset += IPV6_HEADER_LENGTH;
	cursor->extensions = 0;
	if (payload_length > 0)
		cursor_narrow(cursor, payload_length);
	return decode_protocol(cursor, header[6], packet);
}
