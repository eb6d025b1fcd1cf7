// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 7348 section 5: one flag, and an identifier of 24 bits; all else is zero.
#define VXLAN_HEADER_LENGTH 8
#define VXLAN_FLAGS         0x08000000u

enum layer decode_vxlan(struct cursor *cursor, size_t length, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;

	if (cursor_left(cursor) < VXLAN_HEADER_LENGTH)
		return decode_datagram_cut(packet, length, VXLAN_HEADER_LENGTH);
	if (decode_be32(header) != VXLAN_FLAGS || header[7] != 0)
		return LAYER_DONE;
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_VXLAN, decode_be32(header + 4) >> 8))
		return LAYER_UNDECODED;
	cursor->offset += VXLAN_HEADER_LENGTH;
	return LAYER_ETHERNET;
}
