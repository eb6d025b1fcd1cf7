// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/envelope.h"

#include "dataplane/act/header.h"
#include "dataplane/decode/decode.h"

#include <string.h>

enum part_kind {
	PART_PPPOE,
	PART_IPV4,
	PART_IPV6,
	PART_UDP_V4,
	PART_UDP_V6, // the IPv6 header is the part before it
	PART_L2TP,
	PART_GTPU,
	PART_GRE,
};

#define IPV4_ATOMIC  0x4000u     // no identification, not to be fragmented (RFC 6864)
#define IPV6_VERSION 0x60000000u // no class, no flow label

#define MAC_LENGTH 6
#define UDP_LENGTH 8
#define MAC_GROUP  1 // first bit on the wire of an address that is several stations'

// RFC 2784, RFC 2890.
#define GRE_CHECKSUM     0x8000u
#define GRE_KEY          0x2000u
#define GRE_SEQUENCE     0x1000u
#define GRE_VERSION_MASK 0x0007u
#define GRE_ETHERNET     0x6558
#define GRE_ERSPAN_2     0x88be
#define GRE_ERSPAN_3     0x22eb

// RFC 2661 section 3.1.
#define L2TP_LENGTH   0x4000u
#define L2TP_SEQUENCE 0x0800u

// draft-ietf-nvo3-vxlan-gpe-13 section 3.1.
#define VXLAN_GPE_FLAG 0x04u
#define VXLAN_GPE_MAC  3
#define VXLAN_LENGTH   8

// 3GPP TS 29.281 section 5.1: sequence and N-PDU numbers.
#define GTPU_NUMBERS 0x03u
#define GTPU_LENGTH  8

#define GENEVE_OPTIONS_MASK 0x3fu
#define GENEVE_LENGTH       8

static void swap(uint8_t *one, uint8_t *other, size_t length)
{
	uint8_t kept[16];

	memcpy(kept, one, length);
	memcpy(one, other, length);
	memcpy(other, kept, length);
}

static void swap_macs(uint8_t *ethernet)
{
	swap(ethernet, ethernet + MAC_LENGTH, MAC_LENGTH);
}

static bool add_part(struct envelope *envelope, enum part_kind kind, size_t offset)
{
	if (envelope->part_count == ENVELOPE_PARTS_MAX)
		return false;
	envelope->parts[envelope->part_count++] = (struct envelope_part){
		.offset = (uint8_t)offset,
		.kind = (uint8_t)kind,
	};
	return true;
}

// Whether the IP header at `header` is one that an answer can have or can leave away, from there to
// `length` bytes behind.
static bool is_simple_ip(const uint8_t *header, size_t length)
{
	uint8_t next = header[6];

	if (header[0] >> 4 == 4)
		return header[0] == 0x45 && header[9] != IPPROTO_AH;
	for (size_t at = HEADER_IPV6; at + 8 <= length; at += ((size_t)header[at + 1] + 1) * 8) {
		switch (next) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_DSTOPTS:
			break;
		case IPPROTO_ROUTING:
			if (header[at + 3] != 0) // segments left (RFC 8200 section 4.4)
				return false;
			break;
		default:
			return next != IPPROTO_AH && next != IPPROTO_FRAGMENT;
		}
		next = header[at];
	}
	return next != IPPROTO_AH && next != IPPROTO_FRAGMENT;
}

// What differs from packet to packet is set anew, so that all envelopes of a flow are alike.
static void take_ipv4(uint8_t *header, enum envelope_way way)
{
	header[1] = 0; // class of service
	header_put16(header + 2, 0);
	header_put32(header + 4, IPV4_ATOMIC);
	header[8] = HEADER_HOPS;
	header_put16(header + 10, 0);
	if (way == ENVELOPE_BACK)
		swap(header + 12, header + 16, 4);
}

static void take_ipv6(uint8_t *header, enum envelope_way way)
{
	header_put32(header, IPV6_VERSION);
	header_put16(header + 4, 0);
	header[7] = HEADER_HOPS;
	if (way == ENVELOPE_BACK)
		swap(header + 8, header + 24, 16);
}

static bool take_ip(struct envelope *envelope, size_t offset, size_t end, enum envelope_way way)
{
	uint8_t *header = envelope->bytes + offset;
	bool v6 = header[0] >> 4 == 6;

	if (!is_simple_ip(header, end - offset) ||
		!add_part(envelope, v6 ? PART_IPV6 : PART_IPV4, offset))
		return false;
	if (v6)
		take_ipv6(header, way);
	else
		take_ipv4(header, way);
	return true;
}

// The UDP header in front of a tunnel's own at `offset`.
static bool take_udp(struct envelope *envelope, size_t offset, bool swap_ports)
{
	bool v6 = envelope->part_count > 0 &&
		  envelope->parts[envelope->part_count - 1].kind == PART_IPV6;
	uint8_t *header = envelope->bytes + offset - UDP_LENGTH;

	if (swap_ports)
		swap(header, header + 2, 2);
	header_put32(header + 4, 0); // length and checksum
	return add_part(envelope, v6 ? PART_UDP_V6 : PART_UDP_V4, offset - UDP_LENGTH);
}

static bool take_gre(struct envelope *envelope, size_t offset, enum envelope_way way)
{
	uint8_t *header = envelope->bytes + offset;
	uint16_t flags = decode_be16(header), protocol = decode_be16(header + 2);
	size_t length = 4u + (flags & GRE_CHECKSUM ? 4u : 0u) + (flags & GRE_KEY ? 4u : 0u);

	if (flags & (GRE_VERSION_MASK | GRE_SEQUENCE) || protocol == GRE_ERSPAN_2 ||
		protocol == GRE_ERSPAN_3)
		return false;
	if (way == ENVELOPE_BACK && protocol == GRE_ETHERNET)
		swap_macs(header + length);
	if (!(flags & GRE_CHECKSUM))
		return true;
	header_put32(header + 4, 0);
	return add_part(envelope, PART_GRE, offset);
}

static bool take_l2tp(struct envelope *envelope, size_t offset, enum envelope_way way)
{
	uint16_t flags = decode_be16(envelope->bytes + offset);

	if (way == ENVELOPE_BACK || flags & L2TP_SEQUENCE || !take_udp(envelope, offset, false))
		return false;
	return !(flags & L2TP_LENGTH) || add_part(envelope, PART_L2TP, offset);
}

static bool take_gtpu(struct envelope *envelope, size_t offset, enum envelope_way way)
{
	return way == ENVELOPE_ONWARD && !(envelope->bytes[offset] & GTPU_NUMBERS) &&
	       take_udp(envelope, offset, false) && add_part(envelope, PART_GTPU, offset);
}

static bool take_vxlan(struct envelope *envelope, size_t offset, enum envelope_way way)
{
	uint8_t *header = envelope->bytes + offset;
	bool ethernet = !(header[0] & VXLAN_GPE_FLAG) || header[3] == VXLAN_GPE_MAC;

	if (way == ENVELOPE_BACK && ethernet)
		swap_macs(header + VXLAN_LENGTH);
	return take_udp(envelope, offset, false);
}

static bool take_geneve(struct envelope *envelope, size_t offset, enum envelope_way way)
{
	uint8_t *header = envelope->bytes + offset;

	if (way == ENVELOPE_BACK) {
		if (header[0] & GENEVE_OPTIONS_MASK)
			return false;
		if (decode_be16(header + 2) == GRE_ETHERNET)
			swap_macs(header + GENEVE_LENGTH);
	}
	return take_udp(envelope, offset, false);
}

// `end`: where the next header begins that is told.
static bool take_one(struct envelope *envelope, const struct encapsulation *encapsulation,
	size_t end, enum envelope_way way)
{
	size_t offset = encapsulation->offset;

	switch ((enum encapsulation_kind)encapsulation->kind) {
	case ENCAPSULATION_VLAN:
	case ENCAPSULATION_PSEUDOWIRE:
		return true;
	case ENCAPSULATION_PPPOE:
		header_put16(envelope->bytes + offset + 4, 0);
		return add_part(envelope, PART_PPPOE, offset);
	case ENCAPSULATION_MPLS:
		return way == ENVELOPE_ONWARD;
	case ENCAPSULATION_IPV4:
	case ENCAPSULATION_IPV6:
		return take_ip(envelope, offset, end, way);
	case ENCAPSULATION_GRE:
		return take_gre(envelope, offset, way);
	case ENCAPSULATION_L2TP:
		return take_l2tp(envelope, offset, way);
	case ENCAPSULATION_GTPU:
		return take_gtpu(envelope, offset, way);
	case ENCAPSULATION_VXLAN:
		return take_vxlan(envelope, offset, way);
	case ENCAPSULATION_GENEVE:
		return take_geneve(envelope, offset, way);
	case ENCAPSULATION_TEREDO:
		// With indicators in front of it, it is about the tunnel rather than in it.
		return offset == end && take_udp(envelope, offset, way == ENVELOPE_BACK);
	}
	return false;
}

static size_t payload_offset(const struct packet *packet)
{
	size_t at = HEADER_ETHERNET;

	for (uint8_t i = 0; i < packet->encapsulation_count &&
			    packet->encapsulations[i].kind == ENCAPSULATION_VLAN &&
			    packet->encapsulations[i].offset == at;
		i++)
		at += 4;
	return at;
}

bool envelope_take(struct envelope *envelope, const uint8_t *frame, size_t captured,
	const struct packet *packet, enum envelope_way way)
{
	size_t inner = packet->l3_offset;

	if (!packet->has_addresses || packet->undecoded || packet->fragment_count > 0 ||
		packet->l4_offset > captured || inner > ENVELOPE_SIZE ||
		!is_simple_ip(frame + inner, packet->l4_offset - inner) ||
		(way == ENVELOPE_BACK && frame[0] & MAC_GROUP))
		return false;
	memcpy(envelope->bytes, frame, inner);
	envelope->length = (uint8_t)inner;
	envelope->payload = (uint8_t)payload_offset(packet);
	envelope->part_count = 0;
	envelope->v6 = frame[inner] >> 4 == 6;
	if (way == ENVELOPE_BACK)
		swap_macs(envelope->bytes);
	for (uint8_t i = 0; i < packet->encapsulation_count; i++) {
		bool last = i + 1 == packet->encapsulation_count;
		size_t end = last ? inner : packet->encapsulations[i + 1].offset;

		if (!take_one(envelope, &packet->encapsulations[i], end, way))
			return false;
	}
	return true;
}

// RFC 768, RFC 8200 section 8.1: over IPv6 there must be one; 0 is sent as all ones.
static void put_udp_checksum(uint8_t *udp, const uint8_t *ipv6, size_t length)
{
	uint32_t sum = IPPROTO_UDP + (uint32_t)length;
	uint16_t checksum;

	header_put16(udp + 6, 0);
	if (!ipv6)
		return;
	sum = header_sum(header_sum(sum, ipv6 + 8, 32), udp, length);
	checksum = header_checksum(sum);
	header_put16(udp + 6, checksum ? checksum : UINT16_MAX);
}

void envelope_put(const struct envelope *envelope, uint8_t *out, size_t inner_length)
{
	size_t end = envelope->length + inner_length;

	memcpy(out, envelope->bytes, envelope->length);
	// From the inside out: a checksum covers what lies behind it.
	for (uint8_t i = envelope->part_count; i-- > 0;) {
		uint8_t *header = out + envelope->parts[i].offset;
		size_t length = end - envelope->parts[i].offset;

		switch ((enum part_kind)envelope->parts[i].kind) {
		case PART_PPPOE:
			header_put16(header + 4, length - 6);
			break;
		case PART_IPV4:
			header_put16(header + 2, length);
			header_put16(header + 10, 0);
			header_put16(
				header + 10, header_checksum(header_sum(0, header, HEADER_IPV4)));
			break;
		case PART_IPV6:
			header_put16(header + 4, length - HEADER_IPV6);
			break;
		case PART_UDP_V4:
			header_put16(header + 4, length);
			put_udp_checksum(header, NULL, length);
			break;
		case PART_UDP_V6:
			header_put16(header + 4, length);
			put_udp_checksum(header, out + envelope->parts[i - 1].offset, length);
			break;
		case PART_L2TP:
			header_put16(header + 2, length);
			break;
		case PART_GTPU:
			header_put16(header + 2, length - GTPU_LENGTH);
			break;
		case PART_GRE:
			header_put16(header + 4, 0);
			header_put16(header + 4, header_checksum(header_sum(0, header, length)));
			break;
		}
	}
}

size_t envelope_inner_length(const uint8_t *frame, size_t captured, const struct packet *packet)
{
	const uint8_t *header = frame + packet->l3_offset;
	size_t left = captured - packet->l3_offset;
	bool v4 = header[0] >> 4 == 4;
	size_t told = decode_be16(header + (v4 ? 2 : 4));
	size_t length = v4 ? told : told + HEADER_IPV6;

	// A length of 0 leaves it to the frame, whose padding cannot be told then.
	return told > 0 && length <= left ? length : 0;
}
