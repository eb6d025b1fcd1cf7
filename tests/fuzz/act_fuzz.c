// SPDX-License-Identifier: BSD-3-Clause
// Frames → what is sent in answer. Whatever can be answered is answered by a frame that is right in
// every length and checksum and decodes to the pair turned round, inside the same headers; a frame
// handed to the sinkhole comes back inside the headers it came in. The input is one frame.
#include "dataplane/act/header.h"
#include "dataplane/act/refuse.h"
#include "dataplane/act/reset.h"
#include "dataplane/act/sinkhole.h"
#include "dataplane/decode/decode.h"
#include "tests/burst/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOWS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static bool has_labels(const struct packet *packet)
{
	for (uint8_t i = 0; i < packet->encapsulation_count; i++) {
		if (packet->encapsulations[i].kind == ENCAPSULATION_MPLS)
			return true;
	}
	return false;
}

static bool same(const struct address *one, const struct address *other)
{
	return address_compare(one, other) == 0;
}

// `frame`, in memory of just its size, is an answer to `packet`, or that going on.
static struct packet check_made(
	const uint8_t *frame, size_t length, const struct packet *packet, bool back)
{
	uint8_t *exact = malloc(length);
	struct packet made;
	const char *wrong;

	must(exact != NULL, "memory");
	memcpy(exact, frame, length);
	decode_frame(exact, length, length, LAYER_ETHERNET, DECODE_DEPTH_MAX, &made);
	// What lies behind labels is guessed, by its lengths among others.
	if (!has_labels(packet)) {
		wrong = proof_of(exact, length, &made);
		must(!wrong, wrong);
		must(same(&made.source, back ? &packet->destination : &packet->source) &&
				same(&made.destination,
					back ? &packet->source : &packet->destination),
			"addresses");
		must(made.encapsulation_count == packet->encapsulation_count &&
				made.outer_count == packet->outer_count,
			"headers around");
		for (uint8_t i = 0; i < made.encapsulation_count; i++)
			must(made.encapsulations[i].kind == packet->encapsulations[i].kind &&
					made.encapsulations[i].id == packet->encapsulations[i].id &&
					made.encapsulations[i].offset ==
						packet->encapsulations[i].offset,
				"a header around");
	}
	free(exact);
	return made;
}

static void check_reset(
	const uint8_t *frame, size_t size, const struct packet *packet, enum envelope_way way)
{
	bool back = way == ENVELOPE_BACK;
	uint8_t *out = malloc(RESET_SIZE);
	size_t length;
	struct packet made;

	must(out != NULL, "memory");
	length = reset_make(frame, size, packet, way, out);
	must(length <= RESET_SIZE, "length");
	if (length > 0) {
		must(!(packet->tcp_flags & TCP_RST), "a reset is answered");
		made = check_made(out, length, packet, back);
		must(has_labels(packet) || (made.tcp_flags & TCP_RST), "flags");
		must(has_labels(packet) ||
				(made.source_port == (back ? packet->destination_port
							   : packet->source_port) &&
					made.destination_port == (back ? packet->source_port
								       : packet->destination_port)),
			"ports");
	}
	free(out);
}

static void check_refuse(
	const uint8_t *frame, size_t size, const struct packet *packet, size_t room)
{
	uint8_t *out = malloc(room);
	size_t length;
	struct packet made;

	must(out != NULL, "memory");
	length = refuse_make(frame, size, packet, out, room);
	must(length <= room, "length");
	if (length > 0) {
		must(packet->transport == IPPROTO_UDP, "something else than UDP is refused");
		made = check_made(out, length, packet, true);
		must(made.transport == IPPROTO_ICMP || made.transport == IPPROTO_ICMPV6,
			"transport");
	}
	free(out);
}

static void swap(uint8_t *one, uint8_t *other, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		uint8_t kept = one[i];

		one[i] = other[i];
		other[i] = kept;
	}
}

// The sinkhole's answer: the very packet, turned round.
static void turn(uint8_t *frame, const struct packet *packet)
{
	uint8_t *ip = frame + packet->l3_offset, *ports = frame + packet->l4_offset;

	if (ip[0] >> 4 == 6)
		swap(ip + 8, ip + 24, 16);
	else
		swap(ip + 12, ip + 16, 4);
	swap(ports, ports + 2, 2);
}

static void wrap(const uint8_t *reply, const struct packet *bare, const struct envelope *way_back,
	const struct packet *packet, size_t inner)
{
	uint8_t *wrapped = malloc(way_back->length + inner);
	struct packet made;

	must(wrapped != NULL, "memory");
	memcpy(wrapped + way_back->length, reply + bare->l3_offset, inner);
	envelope_put(way_back, wrapped, inner);
	decode_frame(wrapped, way_back->length + inner, way_back->length + inner, LAYER_ETHERNET,
		DECODE_DEPTH_MAX, &made);
	must(same(&made.source, &packet->destination) && same(&made.destination, &packet->source),
		"addresses of the wrapped");
	must(made.encapsulation_count == packet->encapsulation_count, "headers of the wrapped");
	free(wrapped);
}

static void check_sinkhole(uint8_t *frame, size_t size, const struct packet *packet)
{
	static const uint8_t far[6] = {2, 0, 0, 0, 0, 3}, near[6] = {2, 0, 0, 0, 0, 4};
	struct sinkhole *sinkhole = sinkhole_create(FLOWS, 1000);
	const struct envelope *way_back;
	struct packet bare;
	size_t begin, length, inner = 0;

	must(sinkhole != NULL, "memory");
	if (packet->has_addresses)
		inner = envelope_inner_length(frame, size, packet);
	if (sinkhole_remember(sinkhole, 0, frame, size, packet, 1)) {
		must(sinkhole_remember(sinkhole, 0, frame, size, packet, 2), "not remembered");
		begin = sinkhole_bare(frame, size, packet, far, near, &length);
		must(begin + length <= size, "length of the bare");
		decode_frame(
			frame + begin, length, length, LAYER_ETHERNET, DECODE_DEPTH_MAX, &bare);
		must(same(&bare.source, &packet->source) &&
				same(&bare.destination, &packet->destination) &&
				bare.source_port == packet->source_port,
			"the bare packet");
		turn(frame + begin, &bare);
		decode_frame(
			frame + begin, length, length, LAYER_ETHERNET, DECODE_DEPTH_MAX, &bare);
		way_back = sinkhole_way_back(sinkhole, 0, &bare, 3);
		// What looks like a tunnel by its ports may look otherwise the other way round.
		if (!bare.undecoded && bare.outer_count == 0) {
			must(way_back != NULL, "no way back");
			wrap(frame + begin, &bare, way_back, packet, inner);
		}
		must(!sinkhole_way_back(sinkhole, 1, &bare, 3), "a way back by another link");
	}
	sinkhole_free(sinkhole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *frame = malloc(size ? size : 1);
	struct packet packet;

	must(frame != NULL, "memory");
	memcpy(frame, data, size);
	decode_frame(frame, size, size, LAYER_ETHERNET, DECODE_DEPTH_MAX, &packet);
	check_reset(frame, size, &packet, ENVELOPE_ONWARD);
	check_reset(frame, size, &packet, ENVELOPE_BACK);
	check_refuse(frame, size, &packet, REFUSE_SIZE);
	check_refuse(frame, size, &packet, size ? size : 1);
	check_sinkhole(frame, size, &packet);
	free(frame);
	return 0;
}
