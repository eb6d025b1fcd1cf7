// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 7348 section 5: one flag, and an identifier of 24 bits; all else is zero.
#define VXLAN_HEADER_LENGTH 8
#define VXLAN_FLAGS         0x08000000u
// draft-ietf-nvo3-vxlan-gpe-13 section 3.1: with a second flag, the fourth byte names what follows.
#define VXLAN_GPE_FLAGS 0x0c000000u
#define VXLAN_GPE_MASK  0xffffff00u

static enum layer payload_layer(uint32_t flags)
{
	if (flags == VXLAN_FLAGS)
		return LAYER_ETHERNET;
	if ((flags & VXLAN_GPE_MASK) != VXLAN_GPE_FLAGS)
		return LAYER_DONE;
	switch (flags & ~VXLAN_GPE_MASK) {
	case 1:
		return LAYER_IPV4;
	case 2:
		return LAYER_IPV6;
	case 3:
		return LAYER_ETHERNET;
	default:
		return LAYER_DONE;
	}
}

enum layer decode_vxlan(struct cursor *cursor, size_t length, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	enum layer next;

	if (cursor_left(cursor) < VXLAN_HEADER_LENGTH)
		return decode_datagram_cut(packet, length, VXLAN_HEADER_LENGTH);
	next = payload_layer(decode_be32(header));
	if (next == LAYER_DONE || header[7] != 0)
		return LAYER_DONE;
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_VXLAN, decode_be32(header + 4) >> 8))
		return LAYER_UNDECODED;
	cursor->offset += VXLAN_HEADER_LENGTH;
	return next;
}
