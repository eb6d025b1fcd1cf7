// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What was understood of one frame: plain values, no pointers into the frame.
//
// The first cache line is about the innermost packet and is always valid. The rest tells what lies
// around it, and is written only as far as the counts in the first line say: a frame without tags,
// tunnels and fragments costs one line.

#include "config/address.h"
#include "dataplane/api/counter.h"

#include <netinet/in.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Four VLAN tags, eight labels, and a tunnel or two.
#define PACKET_ENCAPSULATIONS_MAX 16
// Addresses around the innermost ones, and fragments of which one can be told.
#define PACKET_OUTERS_MAX    4
#define PACKET_FRAGMENTS_MAX 2

enum fragment {
	FRAGMENT_NONE,  // whole, atomic fragments (RFC 6946) included
	FRAGMENT_FIRST, // has the headers behind IP, as far as they fit
	FRAGMENT_LATER, // has none of them: no ports, nothing of a tunnel's inside
};

// What can lie around the innermost IP packet, outermost first. `ethernet` in a tunnel has no
// entry.
enum encapsulation_kind {
	ENCAPSULATION_VLAN,       // id: VLAN identifier
	ENCAPSULATION_PPPOE,      // id: session
	ENCAPSULATION_MPLS,       // id: label; one entry each
	ENCAPSULATION_PSEUDOWIRE, // Ethernet behind MPLS; id: 1 with a control word, 0 without
	ENCAPSULATION_IPV4,       // a tunnel's outer header, whatever it carries
	ENCAPSULATION_IPV6,
	ENCAPSULATION_GRE,    // id: key, or call id of version 1; 0 without
	ENCAPSULATION_L2TP,   // id: tunnel << 16 | session
	ENCAPSULATION_GTPU,   // id: tunnel endpoint identifier
	ENCAPSULATION_VXLAN,  // id: network identifier
	ENCAPSULATION_GENEVE, // id: network identifier
	ENCAPSULATION_TEREDO,
};

struct encapsulation {
	uint32_t id;
	uint16_t offset; // of its header from the frame's first byte
	uint8_t kind;    // enum encapsulation_kind
	uint8_t reserved;
};

// A pair of addresses around the innermost one; ports where a tunnel runs over UDP.
struct outer {
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint8_t transport; // IANA number of what the tunnel runs over: UDP, GRE, 4, 41 ...
	uint8_t reserved[3];
};

// One fragment of an IP packet that has several.
struct fragment_part {
	struct address source, destination;
	uint32_t identification;
	uint16_t offset; // bytes, of what it carries within the whole
	uint16_t length; // bytes that it carries, by the IP header
	uint16_t header; // bytes of its beginning that decided how it was judged; a first's only
	uint8_t protocol;
	uint8_t more; // 1: not the last
};

#define TCP_FIN 0x01u
#define TCP_SYN 0x02u
#define TCP_RST 0x04u
#define TCP_ACK 0x10u

struct packet {
	alignas(64) struct address source; // of the innermost packet that was reached
	struct address destination;
	uint16_t source_port; // host order; 0 where the transport has none
	uint16_t destination_port;
	uint16_t l3_offset; // from the frame's first byte
	uint16_t l4_offset;
	// Of the transport, by the IP length, not by padding; of later fragments all of it. 0 where
	// the transport has ports but is neither TCP nor UDP, and for tunnels over IP.
	uint16_t payload_length;
	uint8_t transport; // IANA number of the innermost header that was understood
	uint8_t tcp_flags;
	uint8_t fragment; // enum fragment: LATER if the innermost packet is, else FIRST if any is
	// 0, or the COUNTER_UNDECODED_* that says why the frame was not understood. What lies
	// around is valid then; and if has_addresses, this line is about the innermost packet
	// reached.
	uint8_t undecoded;
	bool has_addresses;
	bool ports_missing; // a first fragment too short for its ports, which are 0
	// Whole, but its ports, which are 0, could not be read. Not decode's to tell.
	bool ports_hidden;
	uint8_t encapsulation_count;
	uint8_t outer_count;
	uint8_t fragment_count;

	struct encapsulation encapsulations[PACKET_ENCAPSULATIONS_MAX];
	struct outer outers[PACKET_OUTERS_MAX];
	struct fragment_part fragments[PACKET_FRAGMENTS_MAX]; // outermost and innermost
};

// IANA protocol numbers that netinet/in.h lacks.
#define PROTOCOL_IPIP_MICOM 94
#define PROTOCOL_ETHERIP    97
#define PROTOCOL_L2TP       115
#define PROTOCOL_ETHERNET   143

// The protocols over IP that carry other people's packets, looked into or not.
static inline bool protocol_is_tunnel(uint8_t protocol)
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

static inline bool packet_has_addresses(const struct packet *packet)
{
	return packet->has_addresses;
}

// Whether this is a later fragment of what is a tunnel for certain, so that what it carries belongs
// to somebody else than its addresses say. One that carries UDP may be of a tunnel or not.
static inline bool packet_is_tunnel_fragment(const struct packet *packet)
{
	return packet->fragment == FRAGMENT_LATER && protocol_is_tunnel(packet->transport);
}

_Static_assert(offsetof(struct packet, encapsulations) <= 64, "the innermost packet: one line");
_Static_assert(COUNTER_RECEIVED == 0, "no reason for being undecoded is number 0");
