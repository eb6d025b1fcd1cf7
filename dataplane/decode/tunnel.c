// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#include <netinet/in.h>

// IP in IP (RFC 2003, RFC 2473, RFC 4213) and MPLS in IP (RFC 4023 section 3): nothing lies between
// the headers. The labels count for themselves and the IP header in front of them.
enum layer decode_tunnel(struct cursor *cursor, struct packet *packet)
{
	uint8_t protocol = cursor->protocol;

	if (protocol != IPPROTO_MPLS && !decode_descend(cursor, packet))
		return LAYER_UNDECODED;
	if (!decode_note_ip(packet))
		return LAYER_UNDECODED;
	switch (protocol) {
	case IPPROTO_IPIP:
		return LAYER_IPV4;
	case IPPROTO_IPV6:
		return LAYER_IPV6;
	default:
		return LAYER_MPLS;
	}
}
