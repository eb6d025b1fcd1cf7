// SPDX-License-Identifier: BSD-3-Clause
// What is told of fragments, outside tunnels, around them and inside.
#include "tests/unit/decoded.h"

#include <netinet/in.h>

#define SOURCE      "192.0.2.7"
#define CC          "198.51.100.9"
#define SOURCE6     "2001:db8::7"
#define CC6         "2001:db8:ffff::9"
#define BOT         "100.64.0.7"
#define IRC         6667
#define IRC_PAYLOAD 30

static void start_v4(struct frame *frame)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv4(frame, SOURCE, CC);
}

static void start_v6(struct frame *frame)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv6(frame, SOURCE6, CC6);
}

static void ipv4_fragments(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	start_v4(&frame);
	frame_tcp(&frame, 1, 2, TCP_ACK);
	frame_payload(&frame, 100);
	frame_end(&frame);
	memcpy(&frame.bytes[frame.ipv4 + 4], "\xab\xcd", 2);
	frame_ipv4_fragment(&frame, 0x4000); // don't fragment
	assert_int_equal(decoded(&frame).fragment, FRAGMENT_NONE);
	assert_int_equal(decoded(&frame).fragment_count, 0);

	frame_ipv4_fragment(&frame, 0x2000);
	packet = decoded(&frame);
	assert_int_equal(packet.fragment, FRAGMENT_FIRST);
	assert_int_equal(packet.destination_port, 2);
	assert_int_equal(packet.fragment_count, 1);
	assert_address(&packet.fragments[0].source, SOURCE);
	assert_address(&packet.fragments[0].destination, CC);
	assert_int_equal(packet.fragments[0].identification, 0xabcd);
	assert_int_equal(packet.fragments[0].offset, 0);
	assert_int_equal(packet.fragments[0].length, 120);
	assert_int_equal(packet.fragments[0].header, 4);
	assert_int_equal(packet.fragments[0].protocol, IPPROTO_TCP);
	assert_int_equal(packet.fragments[0].more, 1);
	for (int more = 0; more < 2; more++) {
		frame_ipv4_fragment(&frame, (uint16_t)(more ? 0x2001 : 0x1fff));
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_int_equal(packet.fragment, FRAGMENT_LATER);
		assert_int_equal(packet.transport, IPPROTO_TCP);
		assert_int_equal(packet.source_port, 0);
		assert_int_equal(packet.destination_port, 0);
		assert_int_equal(packet.tcp_flags, 0);
		assert_int_equal(packet.payload_length, 120);
		assert_int_equal(packet.fragments[0].offset, more ? 8 : 0xfff8);
		assert_int_equal(packet.fragments[0].header, 0);
		assert_int_equal(packet.fragments[0].more, more);
		assert_false(packet_is_tunnel_fragment(&packet));
	}
}

// RFC 1858: a first fragment so small that it hides its ports or the flags.
static void tiny_first_fragments(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	for (size_t length = 0; length < 20; length++) {
		start_v4(&frame);
		frame_tcp(&frame, 1, 2, TCP_SYN);
		frame.length = frame.l4 + length;
		frame_end(&frame);
		frame_ipv4_fragment(&frame, 0x2000);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_int_equal(packet.ports_missing, length < 4);
		assert_int_equal(packet.destination_port, length < 4 ? 0 : 2);
		assert_int_equal(packet.tcp_flags, length < 14 ? 0 : TCP_SYN);
		assert_int_equal(packet.payload_length, 0);
		assert_int_equal(packet.fragments[0].header, length < 4 ? length : 4);
		// The capture's own end is another matter.
		if (length >= 4)
			continue;
		frame.length = frame.l4 + 20;
		frame_end(&frame);
		packet = decoded_cut(&frame, frame.l4 + length);
		assert_int_equal(packet.undecoded, COUNTER_UNDECODED_TRUNCATED);
		assert_false(packet.ports_missing);
	}
	// Without a fragment around it, such a packet is broken.
	frame_make_udp(&frame, SOURCE, 1, CC, 2, 0);
	frame.length = frame.l4 + 3;
	frame.bytes[frame.ipv4 + 3] = 23;
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_TRUNCATED);
}

static void ipv6_fragments(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		start_v6(&frame);
		frame_extension(&frame, IPPROTO_HOPOPTS, 8);
		frame_ipv6_fragment(&frame, (uint16_t)(i / 2 * 200), i % 2);
		memcpy(&frame.bytes[frame.length - 4], "\xde\xad\xbe\xef", 4);
		frame_extension(&frame, IPPROTO_DSTOPTS, 16);
		frame_udp(&frame, 1, 2);
		frame_payload(&frame, 80);
		frame_end(&frame);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_int_equal(packet.transport, i / 2 ? IPPROTO_DSTOPTS : IPPROTO_UDP);
		// Neither offset nor more to come: an atomic fragment, which is whole (RFC 6946).
		assert_int_equal(packet.fragment, i / 2   ? FRAGMENT_LATER
						  : i % 2 ? FRAGMENT_FIRST
							  : FRAGMENT_NONE);
		assert_int_equal(packet.destination_port, i / 2 ? 0 : 2);
		assert_int_equal(packet.payload_length, i / 2 ? 104 : 80);
		assert_int_equal(packet.fragment_count, i > 0);
		if (i == 0)
			continue;
		assert_address(&packet.fragments[0].destination, CC6);
		assert_int_equal(packet.fragments[0].identification, 0xdeadbeef);
		assert_int_equal(packet.fragments[0].offset, i / 2 * 1600);
		assert_int_equal(packet.fragments[0].length, 104);
		assert_int_equal(packet.fragments[0].header, i / 2 ? 0 : 20);
		assert_int_equal(packet.fragments[0].protocol, IPPROTO_DSTOPTS);
		assert_int_equal(packet.fragments[0].more, i % 2);
	}
}

// RFC 7112: headers that go on in the next fragment.
static void ipv6_headers_in_two_fragments(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	for (size_t length = 0; length < 36; length++) {
		start_v6(&frame);
		frame_ipv6_fragment(&frame, 0, 1);
		frame_extension(&frame, IPPROTO_DSTOPTS, 32);
		frame_tcp(&frame, 1, 2, TCP_SYN);
		frame.length = frame.ipv6 + 40 + 8 + length;
		frame_end(&frame);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_true(packet.ports_missing);
		assert_int_equal(packet.transport, length < 32 ? IPPROTO_DSTOPTS : IPPROTO_TCP);
		assert_int_equal(packet.fragments[0].header, length);
	}
}

static void a_fragment_of_a_fragment(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	for (uint16_t offset = 0; offset < 200; offset += 100) {
		start_v6(&frame);
		frame_ipv6_fragment(&frame, 0, 1);
		frame_ipv6_fragment(&frame, offset, 1);
		frame_udp(&frame, 1, 2);
		frame_end(&frame);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_int_equal(packet.fragment, offset ? FRAGMENT_LATER : FRAGMENT_FIRST);
		assert_int_equal(packet.fragment_count, 2);
		assert_int_equal(packet.fragments[0].protocol, IPPROTO_FRAGMENT);
		assert_int_equal(packet.fragments[0].header, offset ? 8 : 12);
		assert_int_equal(packet.fragments[1].protocol, IPPROTO_UDP);
		assert_int_equal(packet.fragments[1].offset, offset * 8);
	}
}

// MAP-E and DS-Lite (RFC 7597, RFC 6333): the outer packet is cut in pieces, or the inner, or both.
static void softwire(struct frame *frame, int outer, int inner)
{
	start_v6(frame);
	if (outer >= 0)
		frame_ipv6_fragment(frame, (uint16_t)outer, outer == 0);
	frame_ipv4(frame, BOT, CC);
	frame_udp(frame, 40000, IRC);
	frame_payload(frame, IRC_PAYLOAD);
	frame_end(frame);
	if (inner >= 0)
		frame_ipv4_fragment(frame, (uint16_t)(inner | (inner ? 0 : 0x2000)));
}

static void softwire_fragments(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	softwire(&frame, 0, -1);
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, 0);
	assert_address(&packet.source, BOT);
	assert_int_equal(packet.destination_port, IRC);
	assert_int_equal(packet.fragment, FRAGMENT_FIRST);
	assert_int_equal(packet.outer_count, 1);
	assert_int_equal(packet.fragment_count, 1);
	assert_address(&packet.fragments[0].source, SOURCE6);
	assert_int_equal(packet.fragments[0].protocol, IPPROTO_IPIP);
	assert_int_equal(packet.fragments[0].length, 20 + 8 + IRC_PAYLOAD);
	assert_int_equal(packet.fragments[0].header, 20 + 4);

	softwire(&frame, 100, -1);
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, 0);
	assert_int_equal(packet.fragment, FRAGMENT_LATER);
	assert_true(packet_is_tunnel_fragment(&packet));
	assert_address(&packet.source, SOURCE6);
	assert_int_equal(packet.transport, IPPROTO_IPIP);
	assert_int_equal(packet.outer_count, 0);
	assert_int_equal(packet.encapsulation_count, 0);

	softwire(&frame, 0, 50);
	packet = decoded(&frame);
	assert_int_equal(packet.fragment, FRAGMENT_LATER);
	assert_false(packet_is_tunnel_fragment(&packet));
	assert_address(&packet.source, BOT);
	assert_int_equal(packet.fragment_count, 2);
	assert_int_equal(packet.fragments[0].header, 20);
	assert_int_equal(packet.fragments[1].offset, 400);
	assert_address(&packet.fragments[1].source, BOT);

	softwire(&frame, -1, 0);
	packet = decoded(&frame);
	assert_int_equal(packet.fragment, FRAGMENT_FIRST);
	assert_int_equal(packet.fragment_count, 1);
	assert_address(&packet.fragments[0].source, BOT);
	assert_int_equal(packet.fragments[0].header, 4);
}

// What the fragment cut off is no reason to take a tunnel for something else.
static void tunnels_in_first_fragments(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	for (size_t length = 8; length <= 64; length += 8) {
		start_v4(&frame);
		frame_udp(&frame, 2152, 2152);
		frame_gtpu(&frame, 0, 7);
		frame_ipv4(&frame, BOT, CC);
		frame_udp(&frame, 40000, IRC);
		frame_payload(&frame, 20);
		frame_end(&frame);
		frame.length = 14 + 20 + length;
		frame.bytes[17] = (uint8_t)(20 + length);
		memcpy(&frame.bytes[20], "\x20\0", 2);
		packet = decoded(&frame);
		if (length < 16 + 20) {
			assert_int_equal(packet.undecoded, COUNTER_UNDECODED_TRUNCATED);
			assert_address(&packet.source, SOURCE);
			assert_int_equal(packet.destination_port, 2152);
			continue;
		}
		assert_int_equal(packet.undecoded, 0);
		assert_address(&packet.source, BOT);
		assert_int_equal(packet.fragments[0].length, length);
		assert_int_equal(packet.fragments[0].header, 16 + 24);
		assert_int_equal(packet.destination_port, IRC);
	}
}

// Three levels of fragments, two places: the outermost and the innermost stay.
static void three_levels(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	start_v6(&frame);
	frame_ipv6_fragment(&frame, 0, 1);
	frame_ipv6(&frame, SOURCE6, CC6);
	frame_ipv6_fragment(&frame, 0, 1);
	frame_ipv4(&frame, BOT, CC);
	frame_udp(&frame, 40000, IRC);
	frame_end(&frame);
	frame_ipv4_fragment(&frame, 0x2000);
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, 0);
	assert_int_equal(packet.fragment_count, 2);
	assert_int_equal(packet.fragments[0].protocol, IPPROTO_IPV6);
	assert_int_equal(packet.fragments[0].header, 40 + 8 + 20 + 4);
	assert_int_equal(packet.fragments[1].protocol, IPPROTO_UDP);
	assert_int_equal(packet.fragments[1].header, 4);
}

static void later_fragments_of_tunnels(void **state)
{
	static const uint8_t tunnels[] = {4, 41, 47, 94, 97, 98, 115, 137, 143};
	struct frame frame;
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < sizeof(tunnels); i++) {
		start_v4(&frame);
		frame_protocol(&frame, tunnels[i]);
		frame_payload(&frame, 60);
		frame_end(&frame);
		frame_ipv4_fragment(&frame, 100);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_true(packet_is_tunnel_fragment(&packet));
		assert_int_equal(packet.transport, tunnels[i]);
		assert_int_equal(packet.payload_length, 60);
		assert_address(&packet.destination, CC);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_fragments),
		cmocka_unit_test(tiny_first_fragments),
		cmocka_unit_test(ipv6_fragments),
		cmocka_unit_test(ipv6_headers_in_two_fragments),
		cmocka_unit_test(a_fragment_of_a_fragment),
		cmocka_unit_test(softwire_fragments),
		cmocka_unit_test(tunnels_in_first_fragments),
		cmocka_unit_test(three_levels),
		cmocka_unit_test(later_fragments_of_tunnels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
