// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#define UDP_HEADER_LENGTH 8 // RFC 768

// Of the IANA registry of ports, but Linux's own for VXLAN.
#define PORT_L2TP        1701
#define PORT_GTPU        2152
#define PORT_TEREDO      3544
#define PORT_VXLAN       4789
#define PORT_GENEVE      6081
#define PORT_VXLAN_LINUX 8472

// A set of six bits of a port: no tunnel's port is outside it, few others are inside, and not those
// of DNS, QUIC, NTP, IKE and STUN. One test of both ports is all that other datagrams pay.
#define PORT_BIT(port) (1ull << ((port) >> 3 & 63))
#define TUNNEL_BITS \
	(PORT_BIT(PORT_L2TP) | PORT_BIT(PORT_GTPU) | PORT_BIT(PORT_TEREDO) | \
		PORT_BIT(PORT_VXLAN) | PORT_BIT(PORT_GENEVE) | PORT_BIT(PORT_VXLAN_LINUX))

static inline bool port_may_be_tunnel(uint16_t port)
{
	return TUNNEL_BITS >> (port >> 3 & 63) & 1;
}

static enum layer decode_port(
	struct cursor *cursor, uint16_t port, size_t length, struct packet *packet)
{
	switch (port) {
	case PORT_L2TP:
		return decode_l2tp(cursor, length, packet);
	case PORT_GTPU:
		return decode_gtpu(cursor, length, packet);
	case PORT_TEREDO:
		return decode_teredo(cursor, length, packet);
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
		return decode_vxlan(cursor, length, packet);
	case PORT_GENEVE:
		return decode_geneve(cursor, length, packet);
	default:
		return LAYER_DONE;
	}
}

// `length` by the UDP header, 0 if it tells none. Apart, so that other datagrams do not pay.
static __attribute__((noinline, cold)) enum layer decode_tunnel_ports(
	struct cursor *cursor, size_t length, struct packet *packet)
{
	size_t left = cursor_left(cursor);
	enum layer next;

	if (length > 0 && length < UDP_HEADER_LENGTH)
		return LAYER_DONE;
	// A first fragment has the beginning alone.
	if (packet->fragment == FRAGMENT_FIRST && length > 0)
		length -= UDP_HEADER_LENGTH;
	else
		length = cursor_payload(cursor, UDP_HEADER_LENGTH);
	cursor->offset += left < UDP_HEADER_LENGTH ? left : UDP_HEADER_LENGTH;
	next = decode_port(cursor, packet->destination_port, length, packet);
	if (next == LAYER_DONE)
		next = decode_port(cursor, packet->source_port, length, packet);
	return next;
}

enum layer decode_udp(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor);
	uint16_t length = 0;

	if (left < 4)
		return decode_ports_cut(cursor, packet, 4);
	packet->source_port = decode_be16(header);
	packet->destination_port = decode_be16(header + 2);
	if (left >= UDP_HEADER_LENGTH) {
		length = decode_be16(header + 4);
		if (length > 0) // 0: a jumbogram (RFC 2675 section 4)
			cursor_narrow(cursor, length);
		packet->payload_length = cursor_payload(cursor, UDP_HEADER_LENGTH);
	}
	if (port_may_be_tunnel(packet->source_port) || port_may_be_tunnel(packet->destination_port))
		return decode_tunnel_ports(cursor, length, packet);
	return LAYER_DONE;
}
