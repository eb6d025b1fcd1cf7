// SPDX-License-Identifier: BSD-3-Clause
#include "tests/burst/frame.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <string.h>

static void put16(struct frame *frame, size_t at, size_t value)
{
	assert(at + 2 <= FRAME_SIZE && value <= UINT16_MAX);
	frame->bytes[at] = (uint8_t)(value >> 8);
	frame->bytes[at + 1] = (uint8_t)value;
}

static size_t append(struct frame *frame, size_t length)
{
	size_t at = frame->length;

	assert(at + length <= FRAME_SIZE);
	memset(&frame->bytes[at], 0, length);
	frame->length += length;
	return at;
}

static void put_addresses(
	struct frame *frame, int family, size_t at, const char *source, const char *destination)
{
	size_t size = family == AF_INET ? 4 : 16;
	int parsed = inet_pton(family, source, &frame->bytes[at]) +
		     inet_pton(family, destination, &frame->bytes[at + size]);

	assert(parsed == 2);
	(void)parsed;
}

void frame_start(struct frame *frame)
{
	*frame = (struct frame){
		.ipv4 = FRAME_NONE,
		.ipv6 = FRAME_NONE,
		.udp = FRAME_NONE,
		.l4 = FRAME_NONE,
	};
}

// What a header is called by the one in front of it.
static void announce(struct frame *frame, uint16_t ethertype, uint8_t protocol, uint16_t ppp)
{
	switch (frame->field) {
	case FRAME_NOTHING:
		break;
	case FRAME_ETHERTYPE:
		put16(frame, frame->next, ethertype);
		break;
	case FRAME_PROTOCOL:
		frame->bytes[frame->next] = protocol;
		break;
	case FRAME_PPP:
		put16(frame, frame->next, ppp);
		break;
	}
	frame->field = FRAME_NOTHING;
}

static void expect(struct frame *frame, enum frame_field field, size_t next)
{
	frame->field = field;
	frame->next = next;
}

static void measure(struct frame *frame, enum frame_length kind, size_t at)
{
	assert(frame->length_count < FRAME_LENGTHS_MAX);
	frame->lengths[frame->length_count].kind = kind;
	frame->lengths[frame->length_count++].at = at;
}

void frame_ethertype(struct frame *frame, uint16_t ethertype)
{
	announce(frame, ethertype, 0, 0);
}

void frame_protocol(struct frame *frame, uint8_t protocol)
{
	announce(frame, 0, protocol, 0);
	frame->l4 = frame->length;
}

void frame_ethernet(struct frame *frame)
{
	size_t at;

	announce(frame, 0x6558, 143, 0);
	at = append(frame, 14);
	memcpy(&frame->bytes[at], "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
	expect(frame, FRAME_ETHERTYPE, at + 12);
}

void frame_vlan(struct frame *frame, uint16_t ethertype, uint16_t vlan)
{
	size_t at;

	frame_ethertype(frame, ethertype);
	at = append(frame, 4);
	put16(frame, at, vlan);
	expect(frame, FRAME_ETHERTYPE, at + 2);
}

void frame_pppoe(struct frame *frame, uint16_t session)
{
	size_t at;

	frame_ethertype(frame, 0x8864);
	at = append(frame, 8);
	frame->bytes[at] = 0x11;
	put16(frame, at + 2, session);
	measure(frame, FRAME_LENGTH_PPPOE, at);
	expect(frame, FRAME_PPP, at + 6);
}

void frame_mpls(struct frame *frame, uint32_t label, bool bottom)
{
	size_t at;

	announce(frame, 0x8847, IPPROTO_MPLS, 0x0281);
	at = append(frame, 4);
	put16(frame, at, label >> 4);
	put16(frame, at + 2, (label & 0xf) << 12 | (size_t)bottom << 8 | 64);
}

void frame_ipv4(struct frame *frame, const char *source, const char *destination)
{
	size_t at;

	announce(frame, 0x0800, IPPROTO_IPIP, 0x0021);
	at = append(frame, 20);
	frame->bytes[at] = 0x45;
	frame->bytes[at + 8] = 64;
	put_addresses(frame, AF_INET, at + 12, source, destination);
	frame->ipv4 = at;
	measure(frame, FRAME_LENGTH_IPV4, at);
	expect(frame, FRAME_PROTOCOL, at + 9);
}

void frame_ipv4_options(struct frame *frame, uint8_t words)
{
	size_t length = (size_t)words * 4;

	memset(&frame->bytes[append(frame, length)], 1, length);
	frame->bytes[frame->ipv4] = (uint8_t)(frame->bytes[frame->ipv4] + words);
}

void frame_ipv4_fragment(struct frame *frame, uint16_t field)
{
	put16(frame, frame->ipv4 + 6, field);
}

void frame_ipv6(struct frame *frame, const char *source, const char *destination)
{
	size_t at;

	announce(frame, 0x86dd, IPPROTO_IPV6, 0x0057);
	at = append(frame, 40);
	frame->bytes[at] = 0x60;
	frame->bytes[at + 7] = 64;
	put_addresses(frame, AF_INET6, at + 8, source, destination);
	frame->ipv6 = at;
	measure(frame, FRAME_LENGTH_IPV6, at);
	expect(frame, FRAME_PROTOCOL, at + 6);
}

void frame_extension(struct frame *frame, uint8_t protocol, size_t length)
{
	size_t at;

	frame_protocol(frame, protocol);
	at = append(frame, length);
	frame->bytes[at + 1] = (uint8_t)(protocol == IPPROTO_AH ? length / 4 - 2 : length / 8 - 1);
	expect(frame, FRAME_PROTOCOL, at);
}

void frame_ipv6_fragment(struct frame *frame, uint16_t offset, uint8_t more)
{
	size_t at;

	frame_protocol(frame, IPPROTO_FRAGMENT);
	at = append(frame, 8);
	put16(frame, at + 2, (size_t)offset << 3 | more);
	expect(frame, FRAME_PROTOCOL, at);
}

void frame_tcp(struct frame *frame, uint16_t source, uint16_t destination, uint8_t flags)
{
	size_t at;

	frame_protocol(frame, IPPROTO_TCP);
	at = append(frame, 20);
	put16(frame, at, source);
	put16(frame, at + 2, destination);
	frame->bytes[at + 12] = 5 << 4;
	frame->bytes[at + 13] = flags;
}

void frame_udp(struct frame *frame, uint16_t source, uint16_t destination)
{
	size_t at;

	frame_protocol(frame, IPPROTO_UDP);
	at = append(frame, 8);
	put16(frame, at, source);
	put16(frame, at + 2, destination);
	frame->udp = at;
	measure(frame, FRAME_LENGTH_UDP, at);
}

void frame_icmp(struct frame *frame, uint8_t protocol, uint8_t type)
{
	frame_protocol(frame, protocol);
	frame->bytes[append(frame, 8)] = type;
}

void frame_gre(struct frame *frame, uint16_t flags, uint32_t key)
{
	size_t at;

	frame_protocol(frame, IPPROTO_GRE);
	at = append(frame, 4);
	put16(frame, at, flags);
	expect(frame, FRAME_ETHERTYPE, at + 2);
	if (flags & 0x8000)
		append(frame, 4); // checksum
	if (flags & 0x2000) {
		at = append(frame, 4);
		put16(frame, at, key >> 16);
		put16(frame, at + 2, key & 0xffff);
	}
	if (flags & 0x1000)
		append(frame, 4); // sequence number
}

void frame_l2tp(struct frame *frame, uint16_t flags, uint16_t tunnel, uint16_t session)
{
	size_t at = append(frame, 2);

	put16(frame, at, flags);
	if (flags & 0x4000) {
		measure(frame, FRAME_LENGTH_L2TP, at);
		append(frame, 2);
	}
	at = append(frame, 4);
	put16(frame, at, tunnel);
	put16(frame, at + 2, session);
	if (flags & 0x0800)
		append(frame, 4); // sequence numbers
	if (flags & 0x0200) {
		put16(frame, append(frame, 2), 6); // offset
		append(frame, 6);
	}
	at = append(frame, 4);
	put16(frame, at, 0xff03);
	expect(frame, FRAME_PPP, at + 2);
}

void frame_gtpu(struct frame *frame, uint8_t flags, uint32_t endpoint)
{
	size_t at = append(frame, 8);

	frame->bytes[at] = 0x30 | flags;
	frame->bytes[at + 1] = 255;
	put16(frame, at + 4, endpoint >> 16);
	put16(frame, at + 6, endpoint & 0xffff);
	measure(frame, FRAME_LENGTH_GTPU, at);
	if (!flags)
		return;
	at = append(frame, 4);
	if (flags & 4) { // two extension headers: PDU session container, and a longer one
		frame->bytes[at + 3] = 0x85;
		frame_bytes(frame, "\x01\x10\x09\xc0\x02\0\0\0\0\0\0\0", 12);
	}
}

static void put24(struct frame *frame, size_t at, uint32_t value)
{
	put16(frame, at, value >> 8);
	frame->bytes[at + 2] = (uint8_t)value;
}

void frame_vxlan(struct frame *frame, uint32_t network)
{
	size_t at = append(frame, 8);

	frame->bytes[at] = 0x08;
	put24(frame, at + 4, network);
}

void frame_geneve(struct frame *frame, uint8_t words, uint32_t network)
{
	size_t at = append(frame, 8);

	frame->bytes[at] = words;
	put24(frame, at + 4, network);
	expect(frame, FRAME_ETHERTYPE, at + 2);
	if (words > 0) {
		at = append(frame, (size_t)words * 4);
		frame->bytes[at + 3] = (uint8_t)(words - 1);
	}
}

void frame_bytes(struct frame *frame, const void *bytes, size_t length)
{
	memcpy(&frame->bytes[append(frame, length)], bytes, length);
}

void frame_payload(struct frame *frame, size_t length)
{
	memset(&frame->bytes[append(frame, length)], 'x', length);
}

static void put_checksum(struct frame *frame, size_t at)
{
	size_t length = (size_t)(frame->bytes[at] & 0x0f) * 4;
	uint32_t sum = 0;

	put16(frame, at + 10, 0);
	for (size_t i = at; i < at + length; i += 2)
		sum += (uint32_t)frame->bytes[i] << 8 | frame->bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(frame, at + 10, ~sum & 0xffff);
}

void frame_end(struct frame *frame)
{
	for (size_t i = 0; i < frame->length_count; i++) {
		size_t at = frame->lengths[i].at, length = frame->length - at;

		switch (frame->lengths[i].kind) {
		case FRAME_LENGTH_IPV4:
			put16(frame, at + 2, length);
			put_checksum(frame, at);
			break;
		case FRAME_LENGTH_IPV6:
			put16(frame, at + 4, length - 40);
			break;
		case FRAME_LENGTH_UDP:
			put16(frame, at + 4, length);
			break;
		case FRAME_LENGTH_PPPOE:
			put16(frame, at + 4, length - 6);
			break;
		case FRAME_LENGTH_L2TP:
			put16(frame, at + 2, length);
			break;
		case FRAME_LENGTH_GTPU:
			put16(frame, at + 2, length - 8);
			break;
		}
	}
}

void frame_pad(struct frame *frame, size_t length)
{
	frame_payload(frame, length);
}

static void make_ip(struct frame *frame, const char *source, const char *destination)
{
	frame_start(frame);
	frame_ethernet(frame);
	if (strchr(source, ':'))
		frame_ipv6(frame, source, destination);
	else
		frame_ipv4(frame, source, destination);
}

void frame_make_tcp(struct frame *frame, const char *source, uint16_t source_port,
	const char *destination, uint16_t destination_port, uint8_t flags, size_t payload)
{
	make_ip(frame, source, destination);
	frame_tcp(frame, source_port, destination_port, flags);
	frame_payload(frame, payload);
	frame_end(frame);
}

void frame_make_udp(struct frame *frame, const char *source, uint16_t source_port,
	const char *destination, uint16_t destination_port, size_t payload)
{
	make_ip(frame, source, destination);
	frame_udp(frame, source_port, destination_port);
	frame_payload(frame, payload);
	frame_end(frame);
}
