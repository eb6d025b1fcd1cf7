// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// The IANA registry of PPP protocol numbers. From 0x8000 on they are control protocols (RFC 1661
// section 2).
#define PPP_IPV4           0x0021
#define PPP_IPV6           0x0057
#define PPP_MPLS_UNICAST   0x0281
#define PPP_MPLS_MULTICAST 0x0283
#define PPP_CONTROL        0x8000

// All stations, unnumbered information: what HDLC framing puts in front (RFC 1662 section 3.1).
#define PPP_ADDRESS_AND_CONTROL 0xff03

// RFC 1661 section 2: of the two bytes of a number the first is even and the second odd. An odd
// first byte is a number whose first byte, 0, was left out (section 6.5).
size_t decode_ppp_header(const uint8_t *bytes, size_t left, uint16_t *protocol)
{
	size_t at = 0;

	if (left < 2)
		return 0;
	if (decode_be16(bytes) == PPP_ADDRESS_AND_CONTROL)
		at = 2;
	if (left < at + 2)
		return 0;
	if (bytes[at] & 1) {
		*protocol = bytes[at];
		return at + 1;
	}
	*protocol = decode_be16(bytes + at);
	return *protocol & 1 ? at + 2 : 0;
}

static enum counter reason(const struct packet *packet)
{
	bool pppoe =
		packet->encapsulations[packet->encapsulation_count - 1].kind == ENCAPSULATION_PPPOE;

	return pppoe ? COUNTER_UNDECODED_PPPOE : COUNTER_UNDECODED_TUNNEL;
}

enum layer decode_ppp(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), length;
	uint16_t protocol;

	if (left < 4)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	length = decode_ppp_header(header, left, &protocol);
	if (length == 0)
		return decode_refuse(packet, reason(packet));
	cursor->offset += length;
	switch (protocol) {
	case PPP_IPV4:
		return LAYER_IPV4;
	case PPP_IPV6:
		return LAYER_IPV6;
	case PPP_MPLS_UNICAST:
	case PPP_MPLS_MULTICAST:
		return LAYER_MPLS;
	default:
		return decode_refuse(packet,
			protocol >= PPP_CONTROL ? COUNTER_UNDECODED_CONTROL : reason(packet));
	}
}
