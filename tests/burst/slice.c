// SPDX-License-Identifier: BSD-3-Clause
#include "tests/burst/slice.h"

#include <assert.h>
#include <netinet/in.h>
#include <string.h>

#define ETHERNET_LENGTH 14
#define UDP_LENGTH      8

void datagram_make_udp(struct datagram *datagram, const char *source, uint16_t source_port,
	const char *destination, uint16_t destination_port, size_t options, size_t payload)
{
	uint8_t *udp = &datagram->bytes[options];

	*datagram = (struct datagram){
		.source = source,
		.destination = destination,
		.identification = 1,
		.protocol = options ? IPPROTO_DSTOPTS : IPPROTO_UDP,
		.length = options + UDP_LENGTH + payload,
	};
	assert(datagram->length <= DATAGRAM_SIZE && options % 8 == 0);
	if (options) {
		datagram->bytes[0] = IPPROTO_UDP;
		datagram->bytes[1] = (uint8_t)(options / 8 - 1);
		datagram->bytes[2] = 1; // PadN, RFC 8200 section 4.2
		datagram->bytes[3] = (uint8_t)(options - 4);
	}
	udp[0] = (uint8_t)(source_port >> 8);
	udp[1] = (uint8_t)source_port;
	udp[2] = (uint8_t)(destination_port >> 8);
	udp[3] = (uint8_t)destination_port;
	udp[4] = (uint8_t)((UDP_LENGTH + payload) >> 8);
	udp[5] = (uint8_t)(UDP_LENGTH + payload);
	memset(udp + UDP_LENGTH, 'x', payload);
}

void datagram_wrap(struct datagram *datagram, const char *source, const char *destination,
	const struct frame *frame)
{
	*datagram = (struct datagram){
		.source = source,
		.destination = destination,
		.identification = 1,
		.protocol = frame->bytes[ETHERNET_LENGTH] >> 4 == 4 ? IPPROTO_IPIP : IPPROTO_IPV6,
		.length = frame->length - ETHERNET_LENGTH,
	};
	assert(datagram->length <= DATAGRAM_SIZE);
	memcpy(datagram->bytes, &frame->bytes[ETHERNET_LENGTH], datagram->length);
}

static void put_identification(struct frame *frame, size_t at, size_t size, uint32_t identification)
{
	for (size_t i = size; i-- > 0; identification >>= 8)
		frame->bytes[at + i] = (uint8_t)identification;
}

void slice_make_as(struct frame *frame, const struct datagram *datagram, size_t offset,
	size_t length, bool more)
{
	bool fragment = offset > 0 || more;
	size_t at;

	assert(offset % 8 == 0 && offset + length <= datagram->length);
	frame_start(frame);
	frame_ethernet(frame);
	if (!strchr(datagram->source, ':')) {
		frame_ipv4(frame, datagram->source, datagram->destination);
		frame_ipv4_fragment(frame, (uint16_t)((more ? 0x2000 : 0) | offset / 8));
		put_identification(frame, frame->ipv4 + 4, 2, datagram->identification);
	} else {
		frame_ipv6(frame, datagram->source, datagram->destination);
		if (fragment) {
			frame_ipv6_fragment(frame, (uint16_t)(offset / 8), more);
			put_identification(frame, frame->l4 + 4, 4, datagram->identification);
		}
	}
	frame_protocol(frame, datagram->protocol);
	at = frame->length;
	frame_payload(frame, length);
	memcpy(&frame->bytes[at], &datagram->bytes[offset], length);
	frame_end(frame);
}

void slice_make(struct frame *frame, const struct datagram *datagram, size_t offset, size_t length)
{
	if (offset + length > datagram->length)
		length = datagram->length - offset;
	slice_make_as(frame, datagram, offset, length, offset + length < datagram->length);
}
