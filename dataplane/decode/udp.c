// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#define UDP_HEADER_LENGTH 8 // RFC 768

enum layer decode_udp(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor);
	uint16_t length;

	if (left < 4)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	packet->source_port = decode_be16(header);
	packet->destination_port = decode_be16(header + 2);
	if (left < UDP_HEADER_LENGTH)
		return LAYER_DONE;
	length = decode_be16(header + 4);
	if (length > 0) // 0: a jumbogram (RFC 2675 section 4)
		cursor_narrow(cursor, length);
	packet->payload_length = cursor_payload(cursor, UDP_HEADER_LENGTH);
	return LAYER_DONE;
}
