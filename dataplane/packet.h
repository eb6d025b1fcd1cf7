// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What was understood of one frame. One cache line, plain values, no pointers into the frame.

#include "config/address.h"
#include "dataplane/api/counter.h"

#include <stdbool.h>
#include <stdint.h>

#define PACKET_VLANS_MAX 2

enum fragment {
	FRAGMENT_NONE, // whole, atomic fragments (RFC 6946) included
	FRAGMENT_FIRST,
	FRAGMENT_LATER, // has no ports
};

#define TCP_FIN 0x01u
#define TCP_SYN 0x02u
#define TCP_RST 0x04u
#define TCP_ACK 0x10u

struct packet {
	struct address source;
	struct address destination;
	uint16_t source_port; // host order; 0 where the transport has none
	uint16_t destination_port;
	uint16_t vlans[PACKET_VLANS_MAX]; // VLAN identifiers, outermost first
	uint16_t l3_offset;               // from the frame's first byte
	uint16_t l4_offset;
	// Of the transport, by the IP length, not by padding; of later fragments all of it. 0 where
	// the transport has ports but is neither TCP nor UDP.
	uint16_t payload_length;
	uint8_t vlan_count;
	uint8_t transport; // IANA number of the innermost header that was understood
	uint8_t tcp_flags;
	uint8_t fragment; // enum fragment
	// 0, or the COUNTER_UNDECODED_* that says why the frame was not understood. Only the
	// offsets and VLANs are valid then, and with COUNTER_UNDECODED_TRANSPORT the addresses.
	uint8_t undecoded;
};

// The addresses are those on the outside of a tunnel if it is not looked into.
static inline bool packet_has_addresses(const struct packet *packet)
{
	return !packet->undecoded || packet->undecoded == COUNTER_UNDECODED_TRANSPORT;
}

_Static_assert(sizeof(struct packet) <= 64, "one cache line");
_Static_assert(COUNTER_RECEIVED == 0, "no reason for being undecoded is number 0");
