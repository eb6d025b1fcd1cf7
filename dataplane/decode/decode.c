// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#include <netinet/in.h>
#include <string.h>

// What netinet/in.h lacks, from the IANA registry of protocol numbers.
enum {
	PROTOCOL_HIP = 139,
	PROTOCOL_SHIM6 = 140,
	PROTOCOL_EXPERIMENT_1 = 253,
	PROTOCOL_EXPERIMENT_2 = 254,
};

enum layer decode_other_ethertype(uint16_t ethertype, struct packet *packet)
{
	if (ethertype_is_tag(ethertype))
		return LAYER_VLAN;
	switch (ethertype) {
	case 0x8864:
		return LAYER_PPPOE;
	case 0x8847: // MPLS, RFC 3032 section 5: unicast
	case 0x8848: // multicast, since RFC 5332 a label assigned upstream
		return LAYER_MPLS;
	case ETHERTYPE_ARP:
	case ETHERTYPE_REVARP:
	case 0x8808: // PAUSE and other MAC control, IEEE 802.3 clause 31
	case 0x8809: // slow protocols, such as LACP
	case 0x8863: // PPPoE discovery
	case 0x888e: // EAPOL, IEEE 802.1X
	case 0x88cc: // LLDP
	case 0x88f7: // PTP, IEEE 1588
	case 0x8902: // CFM, IEEE 802.1Q clause 20
		return decode_refuse(packet, COUNTER_UNDECODED_CONTROL);
	default:
		// IEEE 802.3 clause 3.2.6: below 0x600 the field is a length.
		return decode_refuse(packet,
			ethertype < 0x600 ? COUNTER_UNDECODED_LLC : COUNTER_UNDECODED_ETHERTYPE);
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
		return LAYER_DONE;
	}
	// Nearly all packets: not worth a turn of the loop in decode_frame.
	if (protocol == IPPROTO_TCP)
		return decode_tcp(cursor, packet);
	if (protocol == IPPROTO_UDP)
		return decode_udp(cursor, packet);
	switch (protocol) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return LAYER_ICMP;
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return LAYER_PORTS;
	case IPPROTO_IPIP:
	case IPPROTO_IPV6:
	case IPPROTO_MPLS:
		return LAYER_TUNNEL;
	case IPPROTO_GRE:
		return LAYER_GRE;
	default:
		return protocol_is_tunnel(protocol)
			       ? decode_refuse(packet, COUNTER_UNDECODED_TUNNEL)
			       : decode_other_protocol(protocol, packet);
	}
}

void decode_frame(const uint8_t *frame, size_t captured, size_t length, enum layer first,
	uint8_t depth, struct packet *packet)
{
	struct cursor cursor = {
		.frame = frame,
		.end = captured,
		.wire_end = length < captured ? captured : length,
		.depth = depth,
	};
	enum layer layer = first;

	memset(packet, 0, offsetof(struct packet, encapsulations));
	if (first == LAYER_UNDECODED)
		packet->undecoded = COUNTER_UNDECODED_LINK;

	// Ends: a decoder that names another layer has moved the cursor on by at least one of the
	// captured bytes, save for three, behind each of which follows one that does: decode_ip
	// leads to an IP version, decode_tunnel to one or to labels, and decode_outer back to the
	// same IP header, for which it is not called again.
	for (;;) {
		switch (layer) {
		case LAYER_DONE:
		case LAYER_UNDECODED:
			if (packet->fragment_count)
				fragment_finish(&cursor, packet);
			return;
		case LAYER_ETHERNET:
			layer = decode_ethernet(&cursor, packet);
			break;
		case LAYER_VLAN:
			layer = decode_vlan(&cursor, packet);
			break;
		case LAYER_PPPOE:
			layer = decode_pppoe(&cursor, packet);
			break;
		case LAYER_PPP:
			layer = decode_ppp(&cursor, packet);
			break;
		case LAYER_MPLS:
			layer = decode_mpls(&cursor, packet);
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
		case LAYER_PORTS:
			layer = decode_ports(&cursor, packet);
			break;
		case LAYER_ICMP:
			layer = decode_icmp(&cursor, packet);
			break;
		case LAYER_TUNNEL:
			layer = decode_tunnel(&cursor, packet);
			break;
		case LAYER_GRE:
			layer = decode_gre(&cursor, packet);
			break;
		}
	}
}
