// SPDX-License-Identifier: BSD-3-Clause
// A frame → struct packet. The first byte of the input says what the frame begins with, how much of
// it the capture cut off, and how deep to look; the frame is the rest.
#include "dataplane/decode/decode.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool is_ip(uint8_t kind)
{
	return kind == ENCAPSULATION_IPV4 || kind == ENCAPSULATION_IPV6;
}

// What lies around: offsets that grow, and an IP header for each outer pair, in the same order.
static void check_around(const struct packet *packet, size_t captured)
{
	unsigned headers = 0;

	must(packet->encapsulation_count <= PACKET_ENCAPSULATIONS_MAX);
	must(packet->outer_count <= PACKET_OUTERS_MAX);
	for (unsigned i = 0; i < packet->encapsulation_count; i++) {
		const struct encapsulation *at = &packet->encapsulations[i];

		must(at->offset < captured && at->kind <= ENCAPSULATION_TEREDO);
		must(i == 0 || at->offset >= at[-1].offset);
		if (!is_ip(at->kind))
			continue;
		if (headers < packet->outer_count)
			must(address_is_v4(&packet->outers[headers].source) ==
				(at->kind == ENCAPSULATION_IPV4));
		headers++;
	}
	must(headers == packet->outer_count ||
		(packet->undecoded && headers == packet->outer_count + 1u));
}

static void check_fragments(const struct packet *packet)
{
	must(packet->fragment_count <= PACKET_FRAGMENTS_MAX);
	must((packet->fragment != FRAGMENT_NONE) == (packet->fragment_count > 0));
	for (unsigned i = 0; i < packet->fragment_count; i++) {
		const struct fragment_part *part = &packet->fragments[i];

		must(part->offset || part->more);
		must(part->offset == 0 || part->header == 0);
		must(address_is_v4(&part->source) == address_is_v4(&part->destination));
		// Only the innermost can be a later one.
		must(part->offset == 0 || i + 1u == packet->fragment_count);
	}
	must(packet->fragment != FRAGMENT_LATER ||
		packet->fragments[packet->fragment_count - 1].offset > 0);
	must(!packet->ports_missing || packet->fragment == FRAGMENT_FIRST);
}

// What every reader of a packet relies on.
static void check(const struct packet *packet, size_t captured)
{
	check_around(packet, captured);
	check_fragments(packet);
	must(packet->l3_offset <= captured && packet->l4_offset <= captured);
	must(!packet->undecoded || (packet->undecoded < COUNTER_COUNT &&
					   counter_is_reason((enum counter)packet->undecoded)));
	must(packet->undecoded || packet_has_addresses(packet));
	if (packet_has_addresses(packet))
		must(packet->l4_offset > packet->l3_offset &&
			address_is_v4(&packet->source) == address_is_v4(&packet->destination));
	if (packet->fragment == FRAGMENT_LATER || packet->ports_missing)
		must(!packet->source_port && !packet->destination_port);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum layer firsts[] = {LAYER_ETHERNET, LAYER_ETHERNET, LAYER_IP, LAYER_IPV4,
		LAYER_IPV6, LAYER_VLAN, LAYER_UNDECODED, LAYER_ETHERNET};
	struct packet packet;
	uint8_t *frame;

	if (size == 0)
		return 0;
	// Frames begin anywhere in a buffer: of their own size, so that a byte too far is seen.
	frame = malloc(size);
	if (!frame)
		abort();
	memcpy(frame, data, size);
	decode_frame(frame + 1, size - 1, size - 1 + (data[0] & 0x18u), firsts[data[0] & 7],
		(uint8_t)(1 + (data[0] >> 5)), &packet);
	if ((data[0] & 7) != 6)
		check(&packet, size - 1);
	free(frame);
	return 0;
}
