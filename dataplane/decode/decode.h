// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frame → struct packet.
//
// A decoder per protocol, one file each, all of one shape: it looks at what lies at the cursor,
// notes what matters in the packet, moves the cursor behind its header and names the protocol that
// follows. decode_frame runs them until one says DONE or gives a reason why not. Nothing is read
// beyond the captured bytes, nothing is allocated, nothing outside `packet` is written; no DPDK.
//
// Any thread. Cost: datapath.

#include "dataplane/packet.h"

#include <stddef.h>
#include <stdint.h>

// What lies at the cursor.
enum layer {
	LAYER_DONE,      // the packet is understood as far as it is looked into
	LAYER_UNDECODED, // packet->undecoded says why
	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_ICMP,
};

struct cursor {
	const uint8_t *frame; // its first byte
	size_t offset;        // of what is to be decoded next
	size_t end;           // captured bytes; IP lengths narrow it, so that padding is no payload
	size_t wire_end;      // as `end`, for the frame as it was on the wire (>= end)
};

// `captured` bytes at `frame`, of a frame that was `length` bytes long on the wire. Begins with
// `first`: LAYER_ETHERNET on every port; captures of other link layers begin with what they hold.
void decode_frame(const uint8_t *frame, size_t captured, size_t length, enum layer first,
	struct packet *packet);

// The decoders. Each returns the layer that follows.
enum layer decode_ethernet(struct cursor *cursor, struct packet *packet);
enum layer decode_vlan(struct cursor *cursor, struct packet *packet);
enum layer decode_ipv4(struct cursor *cursor, struct packet *packet);
enum layer decode_ipv6(struct cursor *cursor, struct packet *packet);
enum layer decode_tcp(struct cursor *cursor, struct packet *packet);
enum layer decode_udp(struct cursor *cursor, struct packet *packet);
enum layer decode_icmp(struct cursor *cursor, struct packet *packet);

// Shared by Ethernet and VLAN: what an EtherType (host order) announces.
enum layer decode_ethertype(uint16_t ethertype, struct packet *packet);

// Shared by both IP versions: what a protocol number announces.
enum layer decode_protocol(uint8_t protocol, struct packet *packet);
