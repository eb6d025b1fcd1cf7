// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 2661 section 3.1: flags and version, then what the flags announce.
#define L2TP_CONTROL  0x8000u
#define L2TP_LENGTH   0x4000u
#define L2TP_SEQUENCE 0x0800u
#define L2TP_OFFSET   0x0200u
#define L2TP_PRIORITY 0x0100u
#define L2TP_VERSION  2u

#define L2TP_CONTROL_FLAGS         (L2TP_CONTROL | L2TP_LENGTH | L2TP_SEQUENCE | L2TP_VERSION)
#define L2TP_CONTROL_LENGTH        12
#define L2TP_DATA_FLAGS            (L2TP_LENGTH | L2TP_SEQUENCE | L2TP_OFFSET | L2TP_PRIORITY)
#define L2TP_PPP_HEADER_LENGTH_MAX 4

static enum layer control(const uint8_t *header, size_t length, struct packet *packet)
{
	uint16_t told = decode_be16(header + 2);

	return told >= L2TP_CONTROL_LENGTH && told <= length
		       ? decode_refuse(packet, COUNTER_UNDECODED_CONTROL)
		       : LAYER_DONE;
}

enum layer decode_l2tp(struct cursor *cursor, size_t length, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), ids, needed, told = length;
	uint16_t flags, protocol;

	if (left < 4)
		return decode_datagram_cut(packet, length, 4);
	flags = decode_be16(header);
	if (flags == L2TP_CONTROL_FLAGS)
		return control(header, length, packet);
	if ((flags & ~L2TP_DATA_FLAGS) != L2TP_VERSION)
		return LAYER_DONE;
	ids = flags & L2TP_LENGTH ? 4 : 2;
	needed = ids + 4 + (flags & L2TP_SEQUENCE ? 4u : 0u);
	if (flags & L2TP_OFFSET) {
		if (left < needed + 2)
			return decode_datagram_cut(packet, length, needed + 2);
		needed += 2 + (size_t)decode_be16(header + needed);
	}
	if (flags & L2TP_LENGTH)
		told = decode_be16(header + 2);
	if (told > length || told < needed + L2TP_PPP_HEADER_LENGTH_MAX)
		return LAYER_DONE;
	if (left < needed + L2TP_PPP_HEADER_LENGTH_MAX)
		return decode_datagram_cut(packet, length, needed + L2TP_PPP_HEADER_LENGTH_MAX);
	// Section 5.3: 0 is no tunnel and no session.
	if (decode_be16(header + ids) == 0 || decode_be16(header + ids + 2) == 0 ||
		decode_ppp_header(header + needed, left - needed, &protocol) == 0)
		return LAYER_DONE;
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_L2TP, decode_be32(header + ids)))
		return LAYER_UNDECODED;
	cursor_narrow(cursor, told);
	cursor->offset += needed;
	return LAYER_PPP;
}
