// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/reset.h"

#include "dataplane/act/header.h"
#include "dataplane/decode/decode.h"

#include <string.h>

// RFC 9293 section 3.1.
#define TCP_LENGTH      20
#define TCP_OFFSET_BYTE 12
#define TCP_FLAGS_BYTE  13

struct numbers {
	uint32_t sequence, acknowledgement;
	uint8_t flags;
};

// Sequence numbers that the segment takes up.
static uint32_t segment_length(const struct packet *packet)
{
	return packet->payload_length + (packet->tcp_flags & TCP_SYN ? 1u : 0u) +
	       (packet->tcp_flags & TCP_FIN ? 1u : 0u);
}

static struct numbers numbers_of(
	const uint8_t *tcp, const struct packet *packet, enum envelope_way way)
{
	uint32_t sequence = decode_be32(tcp + 4), acknowledgement = decode_be32(tcp + 8);
	bool acknowledges = packet->tcp_flags & TCP_ACK;

	if (way == ENVELOPE_ONWARD)
		return (struct numbers){sequence, acknowledges ? acknowledgement : 0,
			acknowledges ? TCP_RST | TCP_ACK : TCP_RST};
	if (acknowledges)
		return (struct numbers){acknowledgement, 0, TCP_RST};
	return (struct numbers){0, sequence + segment_length(packet), TCP_RST | TCP_ACK};
}

static void write_tcp(uint8_t *tcp, const struct address *source, uint16_t source_port,
	const struct address *destination, uint16_t destination_port, struct numbers numbers)
{
	uint32_t sum = header_pseudo_sum(source, destination, IPPROTO_TCP, TCP_LENGTH);

	memset(tcp, 0, TCP_LENGTH);
	header_put16(tcp, source_port);
	header_put16(tcp + 2, destination_port);
	header_put32(tcp + 4, numbers.sequence);
	header_put32(tcp + 8, numbers.acknowledgement);
	tcp[TCP_OFFSET_BYTE] = TCP_LENGTH / 4 << 4;
	tcp[TCP_FLAGS_BYTE] = numbers.flags;
	header_put16(tcp + 16, header_checksum(header_sum(sum, tcp, TCP_LENGTH)));
}

static bool can_answer(
	const uint8_t *frame, size_t captured, const struct packet *packet, enum envelope_way way)
{
	const uint8_t *tcp = frame + packet->l4_offset;

	if (packet->transport != IPPROTO_TCP || packet->undecoded ||
		packet->l4_offset + (size_t)TCP_LENGTH > captured ||
		tcp[TCP_OFFSET_BYTE] >> 4 < TCP_LENGTH / 4 || packet->tcp_flags & TCP_RST)
		return false;
	return way == ENVELOPE_BACK || (packet->tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN;
}

size_t reset_make(const uint8_t *frame, size_t captured, const struct packet *packet,
	enum envelope_way way, uint8_t out[RESET_SIZE])
{
	bool back = way == ENVELOPE_BACK;
	const struct address *source = back ? &packet->destination : &packet->source;
	const struct address *destination = back ? &packet->source : &packet->destination;
	struct envelope envelope;
	size_t header;

	if (!can_answer(frame, captured, packet, way) ||
		!envelope_take(&envelope, frame, captured, packet, way))
		return 0;
	header = header_write(out + envelope.length, source, destination, IPPROTO_TCP, TCP_LENGTH);
	write_tcp(out + envelope.length + header, source,
		back ? packet->destination_port : packet->source_port, destination,
		back ? packet->source_port : packet->destination_port,
		numbers_of(frame + packet->l4_offset, packet, way));
	envelope_put(&envelope, out, header + TCP_LENGTH);
	return header_pad(out, envelope.length + header + TCP_LENGTH);
}
