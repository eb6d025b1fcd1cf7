// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

// What netinet/in.h lacks, from the IANA registry of protocol numbers.
enum {
	PROTOCOL_IPIP_MICOM = 94,
	PROTOCOL_ETHERIP = 97,
	PROTOCOL_L2TP = 115,
	PROTOCOL_HIP = 139,
	PROTOCOL_SHIM6 = 140,
	PROTOCOL_ETHERNET = 143,
	PROTOCOL_EXPERIMENT_1 = 253,
	PROTOCOL_EXPERIMENT_2 = 254,
};

enum layer decode_ethertype(uint16_t ethertype, struct packet *packet)
{
	switch (ethertype) {
	case ETHERTYPE_IP:
		return LAYER_IPV4;
	case ETHERTYPE_IPV6:
		return LAYER_IPV6;
	case ETHERTYPE_VLAN: // IEEE 802.1Q, customer tag
	case 0x88a8:         // IEEE 802.1ad, service tag
	case 0x9100:         // QinQ before 802.1ad, still in the field
		return LAYER_VLAN;
	default:
		// IEEE 802.3 clause 3.2.6: below 0x600 the field is a length.
		return decode_refuse(packet,
			ethertype < 0x600 ? COUNTER_UNDECODED_LLC : COUNTER_UNDECODED_ETHERTYPE);
	}
}

static bool protocol_is_tunnel(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
	case IPPROTO_GRE:
	case PROTOCOL_IPIP_MICOM:
	case PROTOCOL_ETHERIP:
	case IPPROTO_ENCAP:
	case PROTOCOL_L2TP:
	case IPPROTO_MPLS:
	case PROTOCOL_ETHERNET:
		return true;
	default:
		return false;
	}
}

// The extension headers of the IANA registry (RFC 7045 section 4). IPv4 knows none of them but AH.
static enum layer decode_other_protocol(uint8_t protocol, struct packet *packet)
{
	bool v6 = !address_is_v4(&packet->source);

	switch (protocol) {
	case IPPROTO_AH:
		return LAYER_EXTENSION;
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
	case PROTOCOL_HIP:
	case PROTOCOL_SHIM6:
		return v6 ? LAYER_EXTENSION : LAYER_DONE;
	case PROTOCOL_EXPERIMENT_1:
	case PROTOCOL_EXPERIMENT_2:
		return v6 ? decode_refuse(packet, COUNTER_UNDECODED_EXTENSION) : LAYER_DONE;
	default:
		return LAYER_DONE;
	}
}

enum layer decode_protocol(struct cursor *cursor, uint8_t protocol, struct packet *packet)
{
	cursor->protocol = protocol;
	packet->transport = protocol;
	packet->l4_offset = (uint16_t)cursor->offset;

	if (packet->fragment == FRAGMENT_LATER) {
		packet->payload_length = cursor_payload(cursor, 0);
		return protocol_is_tunnel(protocol)
			       ? decode_refuse(packet, COUNTER_UNDECODED_TRANSPORT)
			       : LAYER_DONE;
	}
	switch (protocol) {
	case IPPROTO_TCP:
		return LAYER_TCP;
	case IPPROTO_UDP:
		return LAYER_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return LAYER_ICMP;
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return LAYER_PORTS;
	default:
		return protocol_is_tunnel(protocol)
			       ? decode_refuse(packet, COUNTER_UNDECODED_TRANSPORT)
			       : decode_other_protocol(protocol, packet);
	}
}

static enum layer decode_ip(const struct cursor *cursor, struct packet *packet)
{
	if (cursor_left(cursor) == 0)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	switch (cursor->frame[cursor->offset] >> 4) {
	case 4:
		return LAYER_IPV4;
	case 6:
		return LAYER_IPV6;
	default:
		return decode_refuse(packet, COUNTER_UNDECODED_ETHERTYPE);
	}
}

void decode_frame(const uint8_t *frame, size_t captured, size_t length, enum layer first,
	uint8_t depth, struct packet *packet)
{
	struct cursor cursor = {
		.frame = frame,
		.end = captured,
		.wire_end = length < captured ? captured : length,
	};
	enum layer layer = first;

	(void)depth;
	memset(packet, 0, offsetof(struct packet, encapsulations));
	if (first == LAYER_UNDECODED)
		packet->undecoded = COUNTER_UNDECODED_LINK;

	// Ends: every decoder but decode_ip, which only LAYER_IP leads to, moves the cursor on.
	for (;;) {
		switch (layer) {
		case LAYER_DONE:
		case LAYER_UNDECODED:
			return;
		case LAYER_ETHERNET:
			layer = decode_ethernet(&cursor, packet);
			break;
		case LAYER_VLAN:
			layer = decode_vlan(&cursor, packet);
			break;
		case LAYER_IP:
			layer = decode_ip(&cursor, packet);
			break;
		case LAYER_IPV4:
			layer = decode_ipv4(&cursor, packet);
			break;
		case LAYER_IPV6:
			layer = decode_ipv6(&cursor, packet);
			break;
		case LAYER_EXTENSION:
			layer = decode_extension(&cursor, packet);
			break;
		case LAYER_TCP:
			layer = decode_tcp(&cursor, packet);
			break;
		case LAYER_UDP:
			layer = decode_udp(&cursor, packet);
			break;
		case LAYER_PORTS:
			layer = decode_ports(&cursor, packet);
			break;
		case LAYER_ICMP:
			layer = decode_icmp(&cursor, packet);
			break;
		}
	}
}
