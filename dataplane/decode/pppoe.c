// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 2516 section 4.
#define PPPOE_HEADER_LENGTH    6
#define PPPOE_VERSION_AND_TYPE 0x11
#define PPPOE_CODE_SESSION     0
#define PPP_HEADER_LENGTH_MIN  2 // and one that is compressed is followed by something

enum layer decode_pppoe(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	uint16_t length;

	if (cursor_left(cursor) < PPPOE_HEADER_LENGTH)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	length = decode_be16(header + 4);
	if (header[0] != PPPOE_VERSION_AND_TYPE || header[1] != PPPOE_CODE_SESSION ||
		length < PPP_HEADER_LENGTH_MIN)
		return decode_refuse(packet, COUNTER_UNDECODED_PPPOE);
	if (!decode_descend(cursor, packet) ||
		!decode_note(packet, ENCAPSULATION_PPPOE, decode_be16(header + 2), cursor->offset))
		return LAYER_UNDECODED;
	cursor->offset += PPPOE_HEADER_LENGTH;
	cursor_narrow(cursor, length);
	return LAYER_PPP;
}
