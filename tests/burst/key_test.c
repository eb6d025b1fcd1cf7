// SPDX-License-Identifier: BSD-3-Clause
// Bursts through all stages: whose packet it is, by each kind of key, up and down.
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define BOT      "100.64.0.7"
#define CC       "198.51.100.9"
#define CC_ANY   "198.51.100.10"
#define STRANGER "192.0.2.66"
#define HOME     "192.168.1.10"
#define B4       "2001:db8:1:2345::b4"
#define AFTR     "2001:db9::1"
#define IRC      6667

static const struct rule rules[] = {
	{CC, IPPROTO_TCP, IRC, 4, ACTION_DROP},
	{CC_ANY, 0, 0, 4, ACTION_DROP},
};

static void open_by(struct checkpoint *checkpoint, enum link_key key)
{
	const struct checkpoint_options options = {
		.rules = rules,
		.rule_count = ARRAY_SIZE(rules),
		.mode = MODE_ENFORCE,
		.ledger_limit = 16,
		.link = {.subscriber_key = key},
	};

	checkpoint_open_with(checkpoint, &options);
	checkpoint->burst.link = 1;
}

// What lies around the packet, outside in; `up` tells which side of a tunnel is which.
typedef void (*wrapping)(struct frame *frame, bool up);

static void frame_make(
	struct frame *frame, wrapping wrap, const char *subscriber, enum direction direction)
{
	bool up = direction == DIRECTION_UP;

	frame_start(frame);
	frame_ethernet(frame);
	if (wrap)
		wrap(frame, up);
	frame_ipv4(frame, up ? subscriber : CC, up ? CC : subscriber);
	frame_tcp(frame, up ? 40000 : IRC, up ? IRC : 40000, up ? TCP_SYN : TCP_SYN | TCP_ACK);
	frame_payload(frame, 10);
	frame_end(frame);
}

// Both directions come to one contact of that key, "": to none.
static void assert_key(
	enum link_key key, wrapping wrap, const char *subscriber, const char *expected)
{
	struct checkpoint checkpoint;
	struct frame frame;

	open_by(&checkpoint, key);
	for (enum direction direction = DIRECTION_UP; direction <= DIRECTION_DOWN; direction++) {
		frame_make(&frame, wrap, subscriber, direction);
		assert_int_equal(checkpoint_pass(&checkpoint, direction, &frame),
			expected[0] ? VERDICT_DROP : VERDICT_FORWARD);
	}
	assert_string_equal(checkpoint_key_text(&checkpoint), expected);
	if (expected[0]) {
		const struct ledger_entry *entry = ledger_entry(checkpoint.pipeline.ledger, 0);

		assert_int_equal(entry->packets_up, 1);
		assert_int_equal(entry->packets_down, 1);
	}
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), expected[0] ? 2 : 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FOREIGN) +
				 checkpoint_counter(&checkpoint, COUNTER_SPOOFED),
		expected[0] ? 0 : 2);
	checkpoint_close(&checkpoint);
}

static void in_one_tag(struct frame *frame, bool up)
{
	(void)up;
	frame_vlan(frame, 0x8100, 100);
}

static void in_two_tags(struct frame *frame, bool up)
{
	(void)up;
	frame_vlan(frame, 0x88a8, 100);
	frame_vlan(frame, 0x8100, 200);
}

static void in_a_priority_and_a_tag(struct frame *frame, bool up)
{
	(void)up;
	frame_vlan(frame, 0x8100, 7 << 13);
	frame_vlan(frame, 0x8100, 5 << 13 | 100);
}

static void in_a_session(struct frame *frame, bool up)
{
	(void)up;
	frame_pppoe(frame, 7);
}

static void in_a_session_in_two_tags(struct frame *frame, bool up)
{
	in_two_tags(frame, up);
	frame_pppoe(frame, 65534);
}

static void in_two_labels(struct frame *frame, bool up)
{
	(void)up;
	frame_mpls(frame, 24001, false);
	frame_mpls(frame, 1000, true);
}

static void in_a_pseudowire(struct frame *frame, bool up)
{
	static const uint8_t control_word[4] = {0};

	in_two_labels(frame, up);
	frame_bytes(frame, control_word, sizeof(control_word));
	frame_ethernet(frame);
	frame_vlan(frame, 0x8100, 100);
}

// Without a control word, to an address that reads as one.
static void in_a_pseudowire_to_zeros(struct frame *frame, bool up)
{
	size_t at;

	in_two_labels(frame, up);
	at = frame->length;
	frame_ethernet(frame);
	memset(&frame->bytes[at], 0, 5);
	frame_vlan(frame, 0x8100, 100);
}

static void in_a_softwire(struct frame *frame, bool up)
{
	frame_ipv6(frame, up ? B4 : AFTR, up ? AFTR : B4);
}

static void in_a_softwire_in_a_tag(struct frame *frame, bool up)
{
	in_one_tag(frame, up);
	in_a_softwire(frame, up);
}

// The nearer one counts.
static void in_two_tunnels(struct frame *frame, bool up)
{
	frame_ipv4(frame, up ? "192.0.2.1" : "192.0.2.2", up ? "192.0.2.2" : "192.0.2.1");
	frame_ipv4(frame, up ? BOT : STRANGER, up ? STRANGER : BOT);
}

static void in_a_tunnel_with_a_tag(struct frame *frame, bool up)
{
	frame_ipv4(frame, up ? BOT : STRANGER, up ? STRANGER : BOT);
	frame_udp(frame, 50000, 4789);
	frame_vxlan(frame, 5);
	frame_ethernet(frame);
	frame_vlan(frame, 0x8100, 100);
}

static void by_address(void **state)
{
	(void)state;
	assert_key(LINK_KEY_ADDRESS, NULL, BOT, BOT);
	assert_key(LINK_KEY_ADDRESS, in_two_tags, BOT, BOT);
	assert_key(LINK_KEY_ADDRESS, NULL, STRANGER, "");
}

static void by_ports(void **state)
{
	(void)state;
	assert_key(LINK_KEY_ADDRESS_PORT, NULL, BOT, BOT ":39936-40959");
	assert_key(LINK_KEY_ADDRESS_PORT, in_one_tag, BOT, BOT ":39936-40959");
	assert_key(LINK_KEY_ADDRESS_PORT, NULL, STRANGER, "");
}

static void by_tags(void **state)
{
	(void)state;
	assert_key(LINK_KEY_VLAN, NULL, BOT, "");
	assert_key(LINK_KEY_VLAN, in_one_tag, BOT, "link1/vlan:100");
	assert_key(LINK_KEY_VLAN, in_two_tags, BOT, "link1/vlan:100");
	assert_key(LINK_KEY_VLAN, in_a_priority_and_a_tag, BOT, "link1/vlan:100");
	assert_key(LINK_KEY_VLAN, in_one_tag, STRANGER, "");
	assert_key(LINK_KEY_VLAN_PAIR, in_one_tag, BOT, "");
	assert_key(LINK_KEY_VLAN_PAIR, in_two_tags, BOT, "link1/vlan:100.200");
	assert_key(LINK_KEY_VLAN_PAIR, in_a_priority_and_a_tag, BOT, "");
}

static void by_session(void **state)
{
	(void)state;
	assert_key(LINK_KEY_PPPOE, in_two_tags, BOT, "");
	assert_key(LINK_KEY_PPPOE, in_a_session, BOT, "link1/pppoe:7");
	assert_key(LINK_KEY_PPPOE, in_a_session_in_two_tags, BOT, "link1/vlan:100.200/pppoe:65534");
	assert_key(LINK_KEY_PPPOE, in_a_session, STRANGER, "");
	assert_key(LINK_KEY_VLAN_PAIR, in_a_session_in_two_tags, BOT, "link1/vlan:100.200");
	assert_key(LINK_KEY_ADDRESS, in_a_session_in_two_tags, BOT, BOT);
}

static void by_label(void **state)
{
	(void)state;
	assert_key(LINK_KEY_MPLS, in_one_tag, BOT, "");
	assert_key(LINK_KEY_MPLS, in_two_labels, BOT, "link1/mpls:1000");
	assert_key(LINK_KEY_MPLS, in_a_pseudowire, BOT, "link1/mpls:1000");
	assert_key(LINK_KEY_MPLS, in_two_labels, STRANGER, "");
	assert_key(LINK_KEY_VLAN, in_a_pseudowire, BOT, "link1/vlan:100");
	assert_key(LINK_KEY_VLAN, in_a_pseudowire_to_zeros, BOT, "link1/vlan:100");
}

static void by_tunnel(void **state)
{
	(void)state;
	assert_key(LINK_KEY_OUTER, NULL, BOT, BOT);
	assert_key(LINK_KEY_OUTER, NULL, HOME, "");
	assert_key(LINK_KEY_OUTER, in_a_softwire, HOME, "2001:db8:1:2300::/56");
	assert_key(LINK_KEY_OUTER, in_a_softwire_in_a_tag, HOME, "2001:db8:1:2300::/56");
	assert_key(LINK_KEY_OUTER, in_two_tunnels, HOME, BOT);
	// Elsewhere a tunnel says nothing, nor does what lies in it between Ethernet and IP.
	assert_key(LINK_KEY_ADDRESS, in_a_softwire, HOME, "");
	assert_key(LINK_KEY_ADDRESS, in_a_softwire, BOT, BOT);
	assert_key(LINK_KEY_VLAN, in_a_softwire_in_a_tag, BOT, "link1/vlan:100");
	assert_key(LINK_KEY_VLAN, in_a_tunnel_with_a_tag, BOT, "");
}

static void two_lines_with_one_address(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_by(&checkpoint, LINK_KEY_VLAN);
	frame_make(&frame, in_one_tag, BOT, DIRECTION_UP);
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	checkpoint.burst.link = 0;
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	frame.bytes[15] = 101; // the tag
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 3);
	checkpoint_close(&checkpoint);
}

static void a_false_source_blames_nobody(void **state)
{
	static const enum link_key keys[] = {
		LINK_KEY_ADDRESS, LINK_KEY_ADDRESS_PORT, LINK_KEY_OUTER, LINK_KEY_VLAN};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct checkpoint checkpoint;
		struct frame frame;

		open_by(&checkpoint, keys[i]);
		frame_make(&frame, in_one_tag, STRANGER, DIRECTION_UP);
		assert_int_equal(
			checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SPOOFED), 1);
		frame_make(&frame, in_one_tag, STRANGER, DIRECTION_DOWN);
		assert_int_equal(
			checkpoint_pass(&checkpoint, DIRECTION_DOWN, &frame), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FOREIGN), 1);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 0);
		assert_int_equal(checkpoint.burst.judged, 0);
		assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 0);
		checkpoint_close(&checkpoint);
	}
}

static void a_port_that_is_not_known_is_not_guessed(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_by(&checkpoint, LINK_KEY_ADDRESS_PORT);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv4(&frame, BOT, CC_ANY);
	frame_ipv4_fragment(&frame, 0x0020);
	frame_protocol(&frame, IPPROTO_TCP);
	frame_payload(&frame, 100);
	frame_end(&frame);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_NO_PORT), 1);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 0);
	assert_string_equal(checkpoint_key_text(&checkpoint), "");
	checkpoint_close(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_address),
		cmocka_unit_test(by_ports),
		cmocka_unit_test(by_tags),
		cmocka_unit_test(by_session),
		cmocka_unit_test(by_label),
		cmocka_unit_test(by_tunnel),
		cmocka_unit_test(two_lines_with_one_address),
		cmocka_unit_test(a_false_source_blames_nobody),
		cmocka_unit_test(a_port_that_is_not_known_is_not_guessed),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
