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
//   a capture cuts before them, the frame is undecoded_truncated.
// - An IP length beyond the end of the frame is taken as the end of the frame. An IP length of 0
//   (segmentation offload in captures; RFC 2675 jumbograms) means the same. So do lengths of PPPoE,
//   UDP and L2TP.
// - Checksums are not verified: that costs more than all else here, and the receiver does it. The
//   one exception is IPv4 behind MPLS labels, where nothing else tells it from a MAC address.
// - Headers behind ESP are encrypted: transport 50, no ports.
//
// Fragments:
// - A later fragment has no ports, and ends the way inwards. Its transport is what the IP header
//   names; in IPv6 that is the first header behind the fragment header (RFC 8200 section 4.5). If
//   that is a tunnel, the packet is no less decoded: packet_is_tunnel_fragment tells.
// - A first fragment whose own end cuts its headers before the ports (RFC 1858, RFC 7112) is
//   decoded with ports 0 and `ports_missing`. Where it cuts the headers of a tunnel, it is
//   undecoded_truncated, and the tunnel's own addresses are known.
// - A second fragment header in one IPv6 packet is a fragment of the fragment, as if in a tunnel.
//
// Encapsulations, in any nesting:
// - Each counts once towards `depth`: a run of VLAN tags, a PPPoE session, a stack of labels with
//   the pseudowire in it, a tunnel together with the IP and UDP headers it runs on. One more than
//   `depth`, or more than fit into struct packet, is undecoded_depth.
// - What cannot be understood inside a tunnel leaves the tunnel's own addresses as the packet's.
//   Its headers are in encapsulations[] then, but nothing is in outers[] for it: a pair moves there
//   only when the next one is known.
// - VLAN: 0x8100, 0x88a8, 0x9100 and 0x9200 in any order, four in a run; more:
// undecoded_vlan_depth.
// - PPPoE (RFC 2516): version, type and code of a session; PPP protocols in one byte or two, with
//   or without HDLC's address and control (RFC 1661, RFC 1662).
// - MPLS (RFC 3032): up to eight labels. Nothing names what is below them; mpls.c guesses by the
//   first four bits, as every router that balances load does, and doubts its guess (RFC 8469).
// - GRE version 0 with checksum, key and sequence number (RFC 2784, RFC 2890), not with routing
//   (RFC 1701); version 1 of PPTP (RFC 2637). Inside: IP, Ethernet, MPLS, PPP, ERSPAN I and II.
// - IP in IP, in all four combinations, and MPLS in IP (RFC 4023). Of other tunnels over IP
// (EtherIP,
//   L2TPv3, SRv6 Ethernet ...) the outside is told: undecoded_tunnel.
// - Tunnels over UDP are told by either port, the destination's first, and by their headers, which
//   must be right in every bit that is fixed: L2TPv2 1701, GTP-U 2152, VXLAN 4789 and 8472, Geneve
//   6081, Teredo 3544. Anything else on these ports is an ordinary datagram and decoded, since a
//   bot may use them as well. A datagram too short for the header is ordinary; one that the capture
//   or a fragment cut there is undecoded_truncated.
// - Ethernet in a tunnel begins a new run of VLAN tags.
//
// What no subscriber's packet is in is undecoded_control: ARP, RARP, LLDP, slow protocols, EAPOL,
// CFM, PTP, PAUSE; PPPoE discovery and PPP's own protocols; L2TP control messages, GTP-U
// signalling, Geneve control packets, PPTP acknowledgements, the MPLS control channel. IEEE 802.3
// frames with a length are undecoded_llc, SNAP with an IP EtherType included: nobody sends that any
// more.
//
// Any thread. Cost: datapath. A frame without tunnels pays for them with a test of its ports.

#include "dataplane/packet.h"

#include <net/ethernet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What lies at the cursor.
enum layer {
	LAYER_DONE,      // the packet is understood as far as it is looked into
	LAYER_UNDECODED, // packet->undecoded says why
	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_PPPOE,
	LAYER_PPP,
	LAYER_MPLS,
	LAYER_IP, // either version, told by its first four bits: captures of raw IP
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_EXTENSION, // of IPv6, or AH of both; cursor->protocol says which
	LAYER_PORTS,     // SCTP, DCCP, UDP-Lite: two ports, and what follows does not matter
	LAYER_ICMP,
	LAYER_TUNNEL, // IP or MPLS right behind IP; cursor->protocol says which
	LAYER_GRE,
};

// Extension headers in one IP packet. Real ones have one or two; hosts give up near this number.
#define DECODE_EXTENSIONS_MAX 8

#define DECODE_DEPTH_MAX     8
#define DECODE_DEPTH_DEFAULT 4

struct cursor {
	const uint8_t *frame; // its first byte
	size_t offset;        // of what is to be decoded next
	size_t end;           // captured bytes; IP lengths narrow it, so that padding is no payload
	size_t wire_end;      // as `end`, for the frame as it was on the wire (>= end)
	uint16_t fragments[PACKET_FRAGMENTS_MAX]; // where packet->fragments[] begin
	uint8_t protocol;   // IP protocol number of what is to be decoded next
	uint8_t extensions; // extension headers so far, in this IP packet
	uint8_t depth;      // encapsulations that may still come
};

// `captured` bytes at `frame`, of a frame that was `length` bytes long on the wire. Begins with
// `first`: LAYER_ETHERNET on every port; captures of other link layers begin with what they hold,
// and those of a link layer that is not known with LAYER_UNDECODED, which is counted as
// undecoded_link. `depth`: 1..DECODE_DEPTH_MAX.
void decode_frame(const uint8_t *frame, size_t captured, size_t length, enum layer first,
	uint8_t depth, struct packet *packet);

// The decoders. Each returns the layer that follows.
enum layer decode_ethernet(struct cursor *cursor, struct packet *packet);
enum layer decode_vlan(struct cursor *cursor, struct packet *packet);
enum layer decode_pppoe(struct cursor *cursor, struct packet *packet);
enum layer decode_ppp(struct cursor *cursor, struct packet *packet);
enum layer decode_mpls(struct cursor *cursor, struct packet *packet);
enum layer decode_ip(struct cursor *cursor, struct packet *packet);
enum layer decode_ipv4(struct cursor *cursor, struct packet *packet);
enum layer decode_ipv6(struct cursor *cursor, struct packet *packet);
enum layer decode_extension(struct cursor *cursor, struct packet *packet);
enum layer decode_tcp(struct cursor *cursor, struct packet *packet);
enum layer decode_udp(struct cursor *cursor, struct packet *packet);
enum layer decode_ports(struct cursor *cursor, struct packet *packet);
enum layer decode_icmp(struct cursor *cursor, struct packet *packet);
enum layer decode_tunnel(struct cursor *cursor, struct packet *packet);
enum layer decode_gre(struct cursor *cursor, struct packet *packet);

// The tunnels over UDP, called for what lies behind its header. `length` is that of the payload by
// the UDP header, of which a capture or a fragment may have cut some. LAYER_DONE: it is not that
// tunnel, and nothing was changed.
enum layer decode_l2tp(struct cursor *cursor, size_t length, struct packet *packet);
enum layer decode_gtpu(struct cursor *cursor, size_t length, struct packet *packet);
enum layer decode_vxlan(struct cursor *cursor, size_t length, struct packet *packet);
enum layer decode_geneve(struct cursor *cursor, size_t length, struct packet *packet);
enum layer decode_teredo(struct cursor *cursor, size_t length, struct packet *packet);

// Shared by both IP versions and the extension headers: what a protocol number announces. The
// cursor is behind the header that named it.
enum layer decode_protocol(struct cursor *cursor, uint8_t protocol, struct packet *packet);

// Shared by both IP versions, for a packet that has addresses already: they become outer ones, and
// `again`, which lies at the cursor, may set its own.
enum layer decode_outer(enum layer again, struct packet *packet) __attribute__((cold));

// The IP header that a tunnel runs on.
bool decode_note_ip(struct packet *packet);

// All three, for a tunnel whose header lies at the cursor.
bool decode_note_tunnel(
	struct cursor *cursor, struct packet *packet, enum encapsulation_kind kind, uint32_t id);

// PPP's header in `left` bytes: its length, and what it announces. 0: it is not there or none.
size_t decode_ppp_header(const uint8_t *bytes, size_t left, uint16_t *protocol);

// Whether what lies at the cursor may be an IP packet of the version that its first four bits say:
// lengths that fit the frame, and an IPv4 checksum that is right as far as its header was captured.
// Needs 20 bytes there.
bool decode_ip_plausible(const struct cursor *cursor, const struct packet *packet);

// The innermost IP packet, whose header is behind the cursor, is a fragment. As decode_protocol.
enum layer fragment_note(struct cursor *cursor, struct packet *packet, uint32_t identification,
	uint16_t offset, bool more, uint8_t protocol) __attribute__((cold));
// Once all is decoded: what of the fragments decided it.
void fragment_finish(const struct cursor *cursor, struct packet *packet);

static inline enum layer decode_refuse(struct packet *packet, enum counter reason)
{
	packet->undecoded = (uint8_t)reason;
	return LAYER_UNDECODED;
}

static inline bool ethertype_is_tag(uint16_t ethertype)
{
	switch (ethertype) {
	case ETHERTYPE_VLAN: // IEEE 802.1Q, customer tag
	case 0x88a8:         // IEEE 802.1ad, service tag
	case 0x9100:         // QinQ before 802.1ad, still in the field
	case 0x9200:
		return true;
	default:
		return false;
	}
}

// Shared by Ethernet and VLAN: what an EtherType (host order) announces. It is IP nearly always.
enum layer decode_other_ethertype(uint16_t ethertype, struct packet *packet);

static inline enum layer decode_ethertype(uint16_t ethertype, struct packet *packet)
{
	if (ethertype == ETHERTYPE_IP)
		return LAYER_IPV4;
	if (ethertype == ETHERTYPE_IPV6)
		return LAYER_IPV6;
	return decode_other_ethertype(ethertype, packet);
}

// One encapsulation more, of those that count. false: too many, and packet->undecoded says so.
static inline bool decode_descend(struct cursor *cursor, struct packet *packet)
{
	if (cursor->depth == 0) {
		packet->undecoded = COUNTER_UNDECODED_DEPTH;
		return false;
	}
	cursor->depth--;
	return true;
}

// What `sekisho decode` and subscriber keys see of it: `offset` is that of its header. false: as
// above.
static inline bool decode_note(
	struct packet *packet, enum encapsulation_kind kind, uint32_t id, size_t offset)
{
	if (packet->encapsulation_count == PACKET_ENCAPSULATIONS_MAX) {
		packet->undecoded = COUNTER_UNDECODED_DEPTH;
		return false;
	}
	packet->encapsulations[packet->encapsulation_count++] = (struct encapsulation){
		.id = id,
		.offset = (uint16_t)offset,
		.kind = (uint8_t)kind,
	};
	return true;
}

static inline uint16_t decode_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t decode_be32(const uint8_t *bytes)
{
	return (uint32_t)decode_be16(bytes) << 16 | decode_be16(bytes + 2);
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

// `needed` bytes up to the ports are not all there: is that the doing of a fragment?
static inline enum layer decode_ports_cut(
	const struct cursor *cursor, struct packet *packet, size_t needed)
{
	if (packet->fragment != FRAGMENT_FIRST || cursor_payload(cursor, 0) >= needed)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	packet->ports_missing = true;
	return LAYER_DONE;
}

// The first `needed` bytes of a datagram of `length` bytes are not all there.
static inline enum layer decode_datagram_cut(struct packet *packet, size_t length, size_t needed)
{
	return length < needed ? LAYER_DONE : decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
}
