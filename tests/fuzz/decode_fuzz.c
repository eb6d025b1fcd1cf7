// SPDX-License-Identifier: BSD-3-Clause
// A frame → struct packet. The first byte of the input says what the frame begins with and how much
// of it the capture cut off; the frame is the rest.
#include "dataplane/decode/decode.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What every reader of a packet relies on.
static void check(const struct packet *packet, size_t captured)
{
	bool v4 = address_is_v4(&packet->source);

	if (packet->encapsulation_count > PACKET_ENCAPSULATIONS_MAX ||
		packet->fragment > FRAGMENT_LATER)
		abort();
	if (packet->l3_offset > captured || packet->l4_offset > captured)
		abort();
	if (packet->undecoded &&
		(packet->undecoded >= COUNTER_COUNT ||
			counter_infos[packet->undecoded].kind != COUNTER_UNDECODED))
		abort();
	if (packet_has_addresses(packet) && (packet->l4_offset <= packet->l3_offset ||
						    v4 != address_is_v4(&packet->destination)))
		abort();
	if (packet->fragment == FRAGMENT_LATER && (packet->source_port || packet->destination_port))
		abort();
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
	decode_frame(frame + 1, size - 1, size - 1 + (data[0] & ~7u), firsts[data[0] & 7],
		DECODE_DEPTH_DEFAULT, &packet);
	if ((data[0] & 7) != 6)
		check(&packet, size - 1);
	free(frame);
	return 0;
}
