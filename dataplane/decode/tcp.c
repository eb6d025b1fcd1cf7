// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 9293 section 3.1.
#define TCP_HEADER_LENGTH_MIN 20
#define TCP_OFFSET_BYTE       12
#define TCP_FLAGS_BYTE        13

enum layer decode_tcp(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), header_length;

	if (left < 4)
		return decode_ports_cut(cursor, packet, 4);
	packet->source_port = decode_be16(header);
	packet->destination_port = decode_be16(header + 2);
	if (left <= TCP_FLAGS_BYTE)
		return LAYER_DONE;
	packet->tcp_flags = header[TCP_FLAGS_BYTE];
	header_length = (size_t)(header[TCP_OFFSET_BYTE] >> 4) * 4;
	if (header_length >= TCP_HEADER_LENGTH_MIN)
		packet->payload_length = cursor_payload(cursor, header_length);
	return LAYER_DONE;
}
