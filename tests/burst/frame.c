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
		.ethertype = FRAME_NONE,
		.protocol = FRAME_NONE,
		.ipv4 = FRAME_NONE,
		.ipv6 = FRAME_NONE,
		.udp = FRAME_NONE,
		.l4 = FRAME_NONE,
	};
}

void frame_ethertype(struct frame *frame, uint16_t ethertype)
{
	if (frame->ethertype != FRAME_NONE)
		put16(frame, frame->ethertype, ethertype);
}

void frame_protocol(struct frame *frame, uint8_t protocol)
{
	if (frame->protocol != FRAME_NONE)
		frame->bytes[frame->protocol] = protocol;
	frame->l4 = frame->length;
}

void frame_ethernet(struct frame *frame)
{
	frame->ethertype = append(frame, 14) + 12;
}

void frame_vlan(struct frame *frame, uint16_t ethertype, uint16_t vlan)
{
	size_t at;

	frame_ethertype(frame, ethertype);
	at = append(frame, 4);
	put16(frame, at, vlan);
	frame->ethertype = at + 2;
}

void frame_ipv4(struct frame *frame, const char *source, const char *destination)
{
	size_t at;

	frame_ethertype(frame, 0x0800);
	at = append(frame, 20);
	frame->bytes[at] = 0x45;
	frame->bytes[at + 8] = 64;
	put_addresses(frame, AF_INET, at + 12, source, destination);
	frame->ipv4 = at;
	frame->protocol = at + 9;
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

	frame_ethertype(frame, 0x86dd);
	at = append(frame, 40);
	frame->bytes[at] = 0x60;
	frame->bytes[at + 7] = 64;
	put_addresses(frame, AF_INET6, at + 8, source, destination);
	frame->ipv6 = at;
	frame->protocol = at + 6;
}

void frame_extension(struct frame *frame, uint8_t protocol, size_t length)
{
	size_t at;

	frame_protocol(frame, protocol);
	at = append(frame, length);
	frame->bytes[at + 1] = (uint8_t)(protocol == IPPROTO_AH ? length / 4 - 2 : length / 8 - 1);
	frame->protocol = at;
}

void frame_ipv6_fragment(struct frame *frame, uint16_t offset, uint8_t more)
{
	size_t at;

	frame_protocol(frame, IPPROTO_FRAGMENT);
	at = append(frame, 8);
	put16(frame, at + 2, (size_t)offset << 3 | more);
	frame->protocol = at;
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
}

void frame_icmp(struct frame *frame, uint8_t protocol, uint8_t type)
{
	frame_protocol(frame, protocol);
	frame->bytes[append(frame, 8)] = type;
}

void frame_payload(struct frame *frame, size_t length)
{
	memset(&frame->bytes[append(frame, length)], 'x', length);
}

void frame_end(struct frame *frame)
{
	if (frame->ipv4 != FRAME_NONE)
		put16(frame, frame->ipv4 + 2, frame->length - frame->ipv4);
	if (frame->ipv6 != FRAME_NONE)
		put16(frame, frame->ipv6 + 4, frame->length - frame->ipv6 - 40);
	if (frame->udp != FRAME_NONE)
		put16(frame, frame->udp + 4, frame->length - frame->udp);
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
