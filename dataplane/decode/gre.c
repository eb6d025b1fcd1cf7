// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 2784 section 2, with RFC 2890. Each flag stands for four bytes.
#define GRE_HEADER_LENGTH 4
#define GRE_CHECKSUM      0x8000u
#define GRE_KEY           0x2000u
#define GRE_SEQUENCE      0x1000u
#define GRE_VERSION_MASK  0x0007u
// Routing, strict route and recursion of RFC 1701: RFC 2784 section 2.3 has receivers discard them.
#define GRE_OBSOLETE 0x4c00u

// RFC 2637 section 4.1: in version 1 the key is a length and a call.
#define PPTP_ACKNOWLEDGEMENT 0x0080u
#define PPTP_FIXED           0xef78u // all but sequence number, acknowledgement and version

#define GRE_ETHERNET 0x6558
#define GRE_PPP      0x880b
#define GRE_ERSPAN   0x88be

// draft-foschiano-erspan-03 section 4.2: with a sequence number it is type II and has a header,
// whose version is 1. Type I, without, is Ethernet right behind GRE.
#define ERSPAN_HEADER_LENGTH 8
#define ERSPAN_TYPE_2        1

static enum layer erspan(struct cursor *cursor, uint16_t flags, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;

	if (!(flags & GRE_SEQUENCE))
		return LAYER_ETHERNET;
	if (cursor_left(cursor) < ERSPAN_HEADER_LENGTH)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	if (header[0] >> 4 != ERSPAN_TYPE_2)
		return decode_refuse(packet, COUNTER_UNDECODED_TUNNEL);
	cursor->offset += ERSPAN_HEADER_LENGTH;
	return LAYER_ETHERNET;
}

static enum layer gre_payload(
	struct cursor *cursor, uint16_t flags, uint16_t ethertype, struct packet *packet)
{
	switch (ethertype) {
	case ETHERTYPE_IP:
		return LAYER_IPV4;
	case ETHERTYPE_IPV6:
		return LAYER_IPV6;
	case 0x8847:
	case 0x8848:
		return LAYER_MPLS;
	case GRE_ETHERNET:
		return LAYER_ETHERNET;
	case GRE_PPP:
		return LAYER_PPP;
	case GRE_ERSPAN:
		return erspan(cursor, flags, packet);
	default:
		return decode_refuse(packet, COUNTER_UNDECODED_TUNNEL);
	}
}

static enum layer decode_gre_0(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	uint16_t flags = decode_be16(header);
	size_t key = GRE_HEADER_LENGTH + (flags & GRE_CHECKSUM ? 4u : 0u);
	size_t length = key + (flags & GRE_KEY ? 4u : 0u) + (flags & GRE_SEQUENCE ? 4u : 0u);

	if (flags & GRE_OBSOLETE)
		return decode_refuse(packet, COUNTER_UNDECODED_TUNNEL);
	if (cursor_left(cursor) < length)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_GRE,
		    flags & GRE_KEY ? decode_be32(header + key) : 0))
		return LAYER_UNDECODED;
	cursor->offset += length;
	return gre_payload(cursor, flags, decode_be16(header + 2), packet);
}

static enum layer decode_gre_1(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	uint16_t flags = decode_be16(header);
	size_t length =
		8 + (flags & GRE_SEQUENCE ? 4u : 0u) + (flags & PPTP_ACKNOWLEDGEMENT ? 4u : 0u);

	if ((flags & PPTP_FIXED) != GRE_KEY || decode_be16(header + 2) != GRE_PPP)
		return decode_refuse(packet, COUNTER_UNDECODED_TUNNEL);
	if (cursor_left(cursor) < length)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	if (!(flags & GRE_SEQUENCE)) // an acknowledgement, without payload
		return decode_refuse(packet, COUNTER_UNDECODED_CONTROL);
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_GRE, decode_be16(header + 6)))
		return LAYER_UNDECODED;
	cursor->offset += length;
	cursor_narrow(cursor, decode_be16(header + 4));
	return LAYER_PPP;
}

enum layer decode_gre(struct cursor *cursor, struct packet *packet)
{
	if (cursor_left(cursor) < GRE_HEADER_LENGTH)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	switch (decode_be16(cursor->frame + cursor->offset) & GRE_VERSION_MASK) {
	case 0:
		return decode_gre_0(cursor, packet);
	case 1:
		return decode_gre_1(cursor, packet);
	default:
		return decode_refuse(packet, COUNTER_UNDECODED_TUNNEL);
	}
}
