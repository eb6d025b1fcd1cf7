// SPDX-License-Identifier: BSD-3-Clause
// Encapsulations in encapsulations, and how many of them fit.
#include "tests/unit/decoded.h"

#include <netinet/in.h>

#define BOT         "100.64.0.7"
#define CC          "198.51.100.9"
#define OUTER       "192.0.2.1"
#define OUTER_PEER  "192.0.2.2"
#define OUTER6      "2001:db8:2::1"
#define OUTER_PEER6 "2001:db8:2::2"

static void udp_ports_of_a_tunnel_are_told(void **state)
{
	struct packet packet;
	struct frame frame;

	(void)state;
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv4(&frame, OUTER, OUTER_PEER);
	frame_udp(&frame, 50000, 4789);
	frame_vxlan(&frame, 7);
	frame_ethernet(&frame);
	frame_ipv4(&frame, BOT, CC);
	frame_icmp(&frame, IPPROTO_ICMP, 8);
	frame_end(&frame);
	packet = decoded(&frame);
	assert_int_equal(packet.outers[0].transport, IPPROTO_UDP);
	assert_int_equal(packet.outers[0].source_port, 50000);
	assert_int_equal(packet.outers[0].destination_port, 4789);
	assert_int_equal(packet.transport, IPPROTO_ICMP);
	assert_int_equal(packet.source_port, 0);
	assert_int_equal(packet.destination_port, 0);
	assert_int_equal(packet.payload_length, 0);
	frame.bytes[frame.ipv4 + 9] = IPPROTO_ESP; // of which nothing is told
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, 0);
	assert_int_equal(packet.payload_length, 0);
}

// IP in IP in IP: each level counts, and four fit.
static void russian_dolls(void **state)
{
	(void)state;
	for (unsigned levels = 0; levels <= 6; levels++) {
		struct packet packet;
		struct frame frame;

		frame_start(&frame);
		frame_ethernet(&frame);
		for (unsigned i = 0; i < levels; i++) {
			if (i % 2)
				frame_ipv6(&frame, OUTER6, OUTER_PEER6);
			else
				frame_ipv4(&frame, OUTER, OUTER_PEER);
		}
		frame_ipv4(&frame, BOT, CC);
		frame_udp(&frame, 1, 2);
		frame_end(&frame);
		packet = decoded_deep(
			&frame, frame.length, frame.length, LAYER_ETHERNET, DECODE_DEPTH_MAX);
		assert_true(packet_has_addresses(&packet));
		assert_int_equal(packet.undecoded, levels > 4 ? COUNTER_UNDECODED_DEPTH : 0);
		assert_int_equal(packet.outer_count, levels > 4 ? 4 : levels);
		if (levels > 4)
			assert_address(&packet.source, OUTER); // the fifth
		else
			assert_address(&packet.source, BOT);
	}
}

// More than struct packet has room for, within the depth.
static void a_train_of_tags(void **state)
{
	struct packet packet;
	struct frame frame;

	(void)state;
	frame_start(&frame);
	frame_ethernet(&frame);
	for (unsigned i = 0; i < 3; i++) {
		for (uint16_t tag = 1; tag <= 4; tag++)
			frame_vlan(&frame, 0x8100, tag);
		frame_mpls(&frame, 1, true);
		frame_ethernet(&frame);
	}
	frame_ipv4(&frame, BOT, CC);
	frame_udp(&frame, 1, 2);
	frame_end(&frame);
	packet = decoded_deep(&frame, frame.length, frame.length, LAYER_ETHERNET, DECODE_DEPTH_MAX);
	assert_int_equal(packet.undecoded, COUNTER_UNDECODED_DEPTH);
	assert_int_equal(packet.encapsulation_count, PACKET_ENCAPSULATIONS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(udp_ports_of_a_tunnel_are_told),
		cmocka_unit_test(russian_dolls),
		cmocka_unit_test(a_train_of_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
