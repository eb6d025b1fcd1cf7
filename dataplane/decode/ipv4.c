// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 791 section 3.1.
#define IPV4_HEADER_LENGTH_MIN 20
#define IPV4_MORE_FRAGMENTS    0x2000u
#define IPV4_OFFSET_MASK       0x1fffu

enum layer decode_ipv4(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), header_length, total_length;
	uint16_t field;

	if (left < IPV4_HEADER_LENGTH_MIN)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	header_length = (size_t)(header[0] & 0x0f) * 4;
	total_length = decode_be16(header + 2);
	if (header[0] >> 4 != 4 || header_length < IPV4_HEADER_LENGTH_MIN ||
		(total_length > 0 && total_length < header_length))
		return decode_refuse(packet, COUNTER_UNDECODED_IPV4);
	if (left < header_length)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);

	if (packet->has_addresses)
		return decode_outer(LAYER_IPV4, packet);
	address_from_v4(&packet->source, header + 12);
	address_from_v4(&packet->destination, header + 16);
	packet->has_addresses = true;
	packet->l3_offset = (uint16_t)cursor->offset;

	if (total_length > 0)
		cursor_narrow(cursor, total_length);
	cursor->offset += header_length;
	cursor->extensions = 0;
	field = decode_be16(header + 6);
	if (field & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET_MASK))
		return fragment_note(cursor, packet, decode_be16(header + 4),
			(uint16_t)((field & IPV4_OFFSET_MASK) * 8),
			(field & IPV4_MORE_FRAGMENTS) != 0, header[9]);
	return decode_protocol(cursor, header[9], packet);
}
