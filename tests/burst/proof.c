// SPDX-License-Identifier: BSD-3-Clause
#include "tests/burst/proof.h"

#include <stdbool.h>

static unsigned long read16(const uint8_t *bytes)
{
	return (unsigned long)bytes[0] * 256 + bytes[1];
}

// The sum modulo 65535, as RFC 1071 defines it rather than computes it. 0: right.
static unsigned long remainder_of(unsigned long sum, const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum = (sum + (i % 2 ? bytes[i] : bytes[i] * 256ul)) % 65535;
	return sum;
}

static bool is_v6(const uint8_t *ip)
{
	return ip[0] / 16 == 6;
}

static size_t ip_length(const uint8_t *ip)
{
	return is_v6(ip) ? 40 + read16(ip + 4) : read16(ip + 2);
}

static unsigned long pseudo(const uint8_t *ip, uint8_t protocol, size_t length)
{
	unsigned long sum = is_v6(ip) ? remainder_of(0, ip + 8, 32) : remainder_of(0, ip + 12, 8);

	return (sum + protocol + length) % 65535;
}

static const char *prove_ip(const uint8_t *frame, size_t at, size_t end)
{
	const uint8_t *ip = frame + at;

	if (at + ip_length(ip) != end)
		return "the length of an IP header";
	if (!is_v6(ip) && remainder_of(0, ip, 20) != 0)
		return "the checksum of an IPv4 header";
	return ip[is_v6(ip) ? 7 : 8] == 64 ? NULL : "the hops of an IP header";
}

static const char *prove_udp(const uint8_t *frame, size_t at, size_t ip, size_t end)
{
	const uint8_t *udp = frame + at;

	if (at + read16(udp + 4) != end)
		return "the length of a UDP header";
	if (!is_v6(frame + ip))
		return read16(udp + 6) == 0 ? NULL : "the checksum of UDP over IPv4";
	if (read16(udp + 6) == 0 ||
		remainder_of(pseudo(frame + ip, 17, end - at), udp, end - at) != 0)
		return "the checksum of UDP over IPv6";
	return NULL;
}

static const char *prove_one(const uint8_t *frame, const struct encapsulation *at, size_t end)
{
	const uint8_t *header = frame + at->offset;

	switch ((enum encapsulation_kind)at->kind) {
	case ENCAPSULATION_VLAN:
	case ENCAPSULATION_MPLS:
	case ENCAPSULATION_PSEUDOWIRE:
		return NULL;
	case ENCAPSULATION_PPPOE:
		return at->offset + 6 + read16(header + 4) == end ? NULL : "the length of PPPoE";
	case ENCAPSULATION_IPV4:
	case ENCAPSULATION_IPV6:
		return prove_ip(frame, at->offset, end);
	case ENCAPSULATION_GRE:
		return header[0] < 128 || remainder_of(0, header, end - at->offset) == 0
			       ? NULL
			       : "the checksum of GRE";
	case ENCAPSULATION_GTPU:
		if (at->offset + 8 + read16(header + 2) != end)
			return "the length of GTP-U";
		return prove_udp(frame, at->offset - 8u, at[-1].offset, end);
	case ENCAPSULATION_L2TP:
		if (header[0] & 0x40 && at->offset + read16(header + 2) != end)
			return "the length of L2TP";
		return prove_udp(frame, at->offset - 8u, at[-1].offset, end);
	case ENCAPSULATION_VXLAN:
	case ENCAPSULATION_GENEVE:
	case ENCAPSULATION_TEREDO:
		return prove_udp(frame, at->offset - 8u, at[-1].offset, end);
	}
	return "a header that is not known";
}

static const char *prove_transport(const uint8_t *frame, const struct packet *packet, size_t end)
{
	const uint8_t *ip = frame + packet->l3_offset, *transport = frame + packet->l4_offset;
	size_t length = end - packet->l4_offset;
	unsigned long sum = packet->transport == 1 ? 0 : pseudo(ip, packet->transport, length);

	if (packet->transport == 17 || remainder_of(sum, transport, length) == 0)
		return NULL;
	return "the checksum of the transport";
}

const char *proof_of(const uint8_t *frame, size_t length, const struct packet *packet)
{
	size_t end = packet->l3_offset + ip_length(frame + packet->l3_offset);
	const char *wrong = prove_ip(frame, packet->l3_offset, end);

	if (packet->undecoded || !packet->has_addresses)
		return "it is not understood";
	if (end > length || (end < length && length != 60))
		return "the length of the frame";
	for (size_t i = end; i < length; i++) {
		if (frame[i] != 0)
			return "what it is padded with";
	}
	for (uint8_t i = 0; i < packet->encapsulation_count && !wrong; i++)
		wrong = prove_one(frame, &packet->encapsulations[i], end);
	return wrong ? wrong : prove_transport(frame, packet, end);
}
