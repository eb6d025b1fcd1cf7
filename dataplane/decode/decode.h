// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frame → struct packet.
//
// A decoder per protocol, one file each, all of one shape: it looks at what lies at the cursor,
// notes what matters in the packet, moves the cursor behind its header and names the protocol that
// follows. decode_frame runs them until one says DONE or gives a reason why not. Nothing is read
// beyond the captured bytes, nothing is allocated, nothing outside `packet` is written; no DPDK.
//
// What is decided where a frame leaves a choice:
// - A header counts as there as far as it is needed. Where a capture (or a fragment) cuts a frame
//   behind the ports, the ports are known and the rest of the transport header reads as zero. Where
//   it cuts before them, the frame is undecoded_truncated, first fragments included.
// - An IP length beyond the end of the frame is taken as the end of the frame. An IP length of 0
//   (segmentation offload in captures; RFC 2675 jumbograms) means the same.
// - Checksums are not verified: that costs more than all else here, and the receiver does it.
// - A later fragment has no ports. Its transport is what the IP header names; in IPv6 that is the
//   first header behind the fragment header (RFC 8200 section 4.5).
// - Headers behind ESP are encrypted: transport 50, no ports. Tunnels are not looked into: the
//   outer addresses are told, with undecoded_transport as the reason.
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
	LAYER_IP, // either version, told by its first four bits: captures of raw IP
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_EXTENSION, // of IPv6, or AH of both; cursor->protocol says which
	LAYER_TCP,
	LAYER_UDP,
	LAYER_PORTS, // SCTP, DCCP, UDP-Lite: two ports, and what follows does not matter
	LAYER_ICMP,
};

// Extension headers in one packet. Real ones have one or two; hosts give up near this number.
#define DECODE_EXTENSIONS_MAX 8

#define DECODE_DEPTH_MAX     8
#define DECODE_DEPTH_DEFAULT 4

struct cursor {
	const uint8_t *frame; // its first byte
	size_t offset;        // of what is to be decoded next
	size_t end;           // captured bytes; IP lengths narrow it, so that padding is no payload
	size_t wire_end;      // as `end`, for the frame as it was on the wire (>= end)
	uint8_t protocol;     // IP protocol number of what is to be decoded next
	uint8_t extensions;   // extension headers so far
};

// `captured` bytes at `frame`, of a frame that was `length` bytes long on the wire. Begins with
// `first`: LAYER_ETHERNET on every port; captures of other link layers begin with what they hold,
// and those of a link layer that is not known with LAYER_UNDECODED, which is counted as
// undecoded_link. Looks into `depth` encapsulations (1..DECODE_DEPTH_MAX), where a stack of VLAN
// tags or of MPLS labels counts as one.
void decode_frame(const uint8_t *frame, size_t captured, size_t length, enum layer first,
	uint8_t depth, struct packet *packet);

// The decoders. Each returns the layer that follows.
enum layer decode_ethernet(struct cursor *cursor, struct packet *packet);
enum layer decode_vlan(struct cursor *cursor, struct packet *packet);
enum layer decode_ipv4(struct cursor *cursor, struct packet *packet);
enum layer decode_ipv6(struct cursor *cursor, struct packet *packet);
enum layer decode_extension(struct cursor *cursor, struct packet *packet);
enum layer decode_tcp(struct cursor *cursor, struct packet *packet);
enum layer decode_udp(struct cursor *cursor, struct packet *packet);
enum layer decode_ports(struct cursor *cursor, struct packet *packet);
enum layer decode_icmp(struct cursor *cursor, struct packet *packet);

// Shared by Ethernet and VLAN: what an EtherType (host order) announces.
enum layer decode_ethertype(uint16_t ethertype, struct packet *packet);

// Shared by both IP versions and the extension headers: what a protocol number announces. The
// cursor is behind the header that named it.
enum layer decode_protocol(struct cursor *cursor, uint8_t protocol, struct packet *packet);

static inline enum layer decode_refuse(struct packet *packet, enum counter reason)
{
	packet->undecoded = (uint8_t)reason;
	return LAYER_UNDECODED;
}

static inline uint16_t decode_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

// Captured bytes from the cursor on.
static inline size_t cursor_left(const struct cursor *cursor)
{
	return cursor->end - cursor->offset;
}

// What lies at the cursor is `length` bytes long, however much follows.
static inline void cursor_narrow(struct cursor *cursor, size_t length)
{
	size_t end = cursor->offset + length;

	if (end < cursor->wire_end)
		cursor->wire_end = end;
	if (end < cursor->end)
		cursor->end = end;
}

// Bytes on the wire behind a header of `header_length` at the cursor.
static inline uint16_t cursor_payload(const struct cursor *cursor, size_t header_length)
{
	size_t length = cursor->wire_end - cursor->offset;

	if (length <= header_length)
		return 0;
	length -= header_length;
	return length < UINT16_MAX ? (uint16_t)length : UINT16_MAX;
}
