// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/refuse.h"

#include "dataplane/act/header.h"

#include <string.h>

#define ICMP_LENGTH 8
// RFC 792: of the datagram at least these are quoted, behind its IP header.
#define QUOTED_BEHIND_IP 8

#define ICMP_UNREACHABLE   3
#define ICMP_PROHIBITED    13
#define ICMPV6_UNREACHABLE 1
#define ICMPV6_PROHIBITED  1

// One host's own, as far as an address tells (RFC 6890).
static bool is_one_host(const struct address *address)
{
	static const struct address loopback = {{[15] = 1}};
	const uint8_t *bytes = address->bytes;

	if (address_is_v4(address))
		return bytes[12] != 0 && bytes[12] != 127 && bytes[12] < 224;
	return bytes[0] != 0xff && address_compare(address, &loopback) != 0 &&
	       address_compare(address, &(struct address){{0}}) != 0;
}

static size_t least(size_t one, size_t other)
{
	return one < other ? one : other;
}

static uint32_t pseudo_sum(const struct packet *packet, size_t length)
{
	// ICMP over IPv4 has no pseudo-header.
	return address_is_v4(&packet->source) ? 0
					      : header_pseudo_sum(&packet->destination,
							&packet->source, IPPROTO_ICMPV6, length);
}

size_t refuse_make(const uint8_t *frame, size_t captured, const struct packet *packet, uint8_t *out,
	size_t size)
{
	bool v4 = address_is_v4(&packet->source);
	size_t quoted, header, room;
	struct envelope envelope;
	uint8_t *icmp;

	if (packet->transport != IPPROTO_UDP || !is_one_host(&packet->source) ||
		!is_one_host(&packet->destination) ||
		!envelope_take(&envelope, frame, captured, packet, ENVELOPE_BACK))
		return 0;
	header = header_length(&packet->source);
	quoted = envelope_inner_length(frame, captured, packet);
	if (quoted == 0)
		quoted = captured - packet->l3_offset;
	room = v4 ? REFUSE_IPV4_MAX : REFUSE_IPV6_MAX;
	if (size < envelope.length + room)
		room = size < envelope.length ? 0 : size - envelope.length;
	if (room < header + ICMP_LENGTH)
		return 0;
	quoted = least(quoted, room - header - ICMP_LENGTH);
	if (quoted < (size_t)(packet->l4_offset - packet->l3_offset) + QUOTED_BEHIND_IP)
		return 0;

	header_write(out + envelope.length, &packet->destination, &packet->source,
		v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, ICMP_LENGTH + quoted);
	icmp = out + envelope.length + header;
	memset(icmp, 0, ICMP_LENGTH);
	icmp[0] = v4 ? ICMP_UNREACHABLE : ICMPV6_UNREACHABLE;
	icmp[1] = v4 ? ICMP_PROHIBITED : ICMPV6_PROHIBITED;
	memcpy(icmp + ICMP_LENGTH, frame + packet->l3_offset, quoted);
	header_put16(icmp + 2, header_checksum(header_sum(pseudo_sum(packet, ICMP_LENGTH + quoted),
				       icmp, ICMP_LENGTH + quoted)));
	envelope_put(&envelope, out, header + ICMP_LENGTH + quoted);
	return header_pad(out, envelope.length + header + ICMP_LENGTH + quoted);
}
