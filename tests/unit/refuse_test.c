// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/refuse.h"

#include "tests/unit/made.h"

#define BOT    "100.64.0.7"
#define CC     "198.51.100.9"
#define BOT_V6 "2001:db8:1::7"
#define CC_V6  "2400:cb00::9"

static struct made make_in(const struct frame *frame, size_t size)
{
	struct packet packet = decoded(frame);
	uint8_t *exact = malloc(frame->length), *out = malloc(size);
	struct made made = {0};

	assert_non_null(exact);
	assert_non_null(out);
	memcpy(exact, frame->bytes, frame->length);
	made.frame.length = refuse_make(exact, frame->length, &packet, out, size);
	memcpy(made.frame.bytes, out, made.frame.length);
	free(out);
	free(exact);
	made_prove(&made);
	return made;
}

static struct made make(const struct frame *frame)
{
	return make_in(frame, REFUSE_SIZE);
}

static void check(const struct made *made, const struct frame *frame, size_t quoted)
{
	const uint8_t *icmp = &made->frame.bytes[made->packet.l4_offset];
	const struct packet packet = decoded(frame);
	bool v4 = address_is_v4(&packet.source);

	assert_true(made->frame.length > 0);
	assert_int_equal(made->packet.transport, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	assert_int_equal(icmp[0], v4 ? 3 : 1);
	assert_int_equal(icmp[1], v4 ? 13 : 1);
	assert_int_equal(made->packet.payload_length, quoted);
	assert_memory_equal(icmp + 8, &frame->bytes[packet.l3_offset], quoted);
	assert_memory_equal(&made->packet.source, &packet.destination, 16);
	assert_memory_equal(&made->packet.destination, &packet.source, 16);
}

static void the_sender_hears_of_it(void **state)
{
	struct frame frame;
	struct made made;

	(void)state;
	frame_make_udp(&frame, BOT, 4000, CC, 5000, 30);
	made = make(&frame);
	check(&made, &frame, 20 + 8 + 30);
	frame_make_udp(&frame, BOT_V6, 4000, CC_V6, 5000, 30);
	made = make(&frame);
	check(&made, &frame, 40 + 8 + 30);
	frame_make_udp(&frame, BOT, 4000, CC, 5000, 1);
	frame_pad(&frame, 17); // no part of the datagram
	made = make(&frame);
	check(&made, &frame, 20 + 8 + 1);
}

static void no_more_is_quoted_than_may_be(void **state)
{
	struct frame frame;
	struct made made;

	(void)state;
	frame_make_udp(&frame, BOT, 4000, CC, 5000, 1400);
	made = make(&frame);
	check(&made, &frame, 576 - 28);
	assert_int_equal(made.frame.length, 14 + 576);
	frame_make_udp(&frame, BOT_V6, 4000, CC_V6, 5000, 1400);
	made = make(&frame);
	check(&made, &frame, 1280 - 48);
	assert_int_equal(made.frame.length, 14 + 1280);
	made = make_in(&frame, 200);
	check(&made, &frame, 200 - 14 - 48);
	assert_int_equal(make_in(&frame, 60).frame.length, 0);
}

static void the_refusal_travels_in_the_same_headers(void **state)
{
	struct frame frame;
	struct made made;

	(void)state;
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_vlan(&frame, 0x88a8, 300);
	frame_vlan(&frame, 0x8100, 100);
	frame_pppoe(&frame, 7);
	frame_ipv6(&frame, "2001:db8:ffff::1", "2001:db8:ffff::2");
	frame_ipv4(&frame, BOT, CC);
	frame_udp(&frame, 4000, 5000);
	frame_payload(&frame, 30);
	frame_end(&frame);
	made = make(&frame);
	check(&made, &frame, 20 + 8 + 30);
	assert_int_equal(made.packet.encapsulation_count, 4);
	assert_int_equal(made.packet.encapsulations[2].id, 7);
	assert_address(&made.packet.outers[0].source, "2001:db8:ffff::2");
	assert_address(&made.packet.outers[0].destination, "2001:db8:ffff::1");
}

static void only_hosts_are_answered(void **state)
{
	static const char *const pairs[][2] = {
		{BOT, "224.0.0.1"},
		{BOT, "239.255.255.250"},
		{BOT, "255.255.255.255"},
		{"0.0.0.0", CC},
		{"127.0.0.1", CC},
		{"224.0.0.1", CC},
		{BOT_V6, "ff02::1"},
		{"ff02::1", CC_V6},
		{"::", CC_V6},
		{"::1", CC_V6},
	};
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		frame_make_udp(&frame, pairs[i][0], 4000, pairs[i][1], 5000, 30);
		assert_int_equal(make(&frame).frame.length, 0);
	}
	frame_make_udp(&frame, BOT, 4000, CC, 5000, 30);
	frame.bytes[0] = 0x01; // to a group of stations
	assert_int_equal(make(&frame).frame.length, 0);
}

static void only_whole_datagrams_are_answered(void **state)
{
	struct frame frame;

	(void)state;
	frame_make_tcp(&frame, BOT, 4000, CC, 5000, TCP_SYN, 0);
	assert_int_equal(make(&frame).frame.length, 0);
	frame_make_udp(&frame, BOT, 4000, CC, 5000, 30);
	frame_ipv4_fragment(&frame, 0x2000);
	assert_int_equal(make(&frame).frame.length, 0);
	frame_ipv4_fragment(&frame, 10);
	assert_int_equal(make(&frame).frame.length, 0);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv4(&frame, BOT, CC);
	frame_icmp(&frame, IPPROTO_ICMP, 8);
	frame_payload(&frame, 30);
	frame_end(&frame);
	assert_int_equal(make(&frame).frame.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sender_hears_of_it),
		cmocka_unit_test(no_more_is_quoted_than_may_be),
		cmocka_unit_test(the_refusal_travels_in_the_same_headers),
		cmocka_unit_test(only_hosts_are_answered),
		cmocka_unit_test(only_whole_datagrams_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
