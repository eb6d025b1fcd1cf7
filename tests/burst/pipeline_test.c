// SPDX-License-Identifier: BSD-3-Clause
// Bursts through all stages: what is matched, and what happens to it.
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
#define CC_V6    "2400:cb00::9"
#define BOT_V6   "2001:db8:1:2345::7"
#define BENIGN   "203.0.113.80"
#define STRANGER "192.0.2.66"
#define IRC      6667

static const struct rule rules[] = {
	{CC, IPPROTO_TCP, IRC, 3, ACTION_DROP},
	{CC, IPPROTO_UDP, 53, 2, ACTION_ALERT},
	{CC_ANY, 0, 0, 4, ACTION_DROP},
	{CC_V6, IPPROTO_TCP, IRC, 3, ACTION_DROP},
};

static void open_default(struct checkpoint *checkpoint, enum mode mode)
{
	checkpoint_open(checkpoint, rules, ARRAY_SIZE(rules), mode, 64);
}

static void assert_unnoticed(const struct checkpoint *checkpoint)
{
	static const enum counter noticed[] = {COUNTER_MATCHED, COUNTER_OTHER_PORT, COUNTER_FOREIGN,
		COUNTER_SPOOFED, COUNTER_NO_PORT, COUNTER_OPTED_OUT, COUNTER_LISTED_FRAGMENT,
		COUNTER_WOULD_DROP, COUNTER_DROPPED_VERDICT};

	for (size_t i = 0; i < ARRAY_SIZE(noticed); i++)
		assert_int_equal(checkpoint_counter(checkpoint, noticed[i]), 0);
	assert_int_equal(ledger_count(checkpoint->pipeline.ledger), 0);
}

static void benign_packets_leave_no_trace(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	frame_make_tcp(&frame, BOT, 40000, BENIGN, 443, TCP_SYN, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	frame_make_tcp(&frame, BENIGN, 443, BOT, 40000, TCP_SYN | TCP_ACK, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_DOWN, &frame), VERDICT_FORWARD);
	// The listed side is looked for only where the link says that it must be.
	frame_make_tcp(&frame, CC, IRC, BENIGN, 1, TCP_SYN, 0);
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_SYN, 0);
	checkpoint_pass(&checkpoint, DIRECTION_DOWN, &frame);
	assert_unnoticed(&checkpoint);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_RECEIVED), 4);
	checkpoint_close(&checkpoint);
}

static void every_mode_action_and_direction(void **state)
{
	static const struct {
		enum mode mode;
		enum action allowed, action;
		enum verdict verdict;
		bool would_drop;
	} cases[] = {
		{MODE_ALERT, ACTION_ALERT, ACTION_ALERT, VERDICT_FORWARD, false},
		{MODE_ALERT, ACTION_DROP, ACTION_ALERT, VERDICT_FORWARD, false},
		{MODE_SHADOW, ACTION_ALERT, ACTION_ALERT, VERDICT_FORWARD, false},
		{MODE_SHADOW, ACTION_DROP, ACTION_DROP, VERDICT_FORWARD, true},
		{MODE_ENFORCE, ACTION_ALERT, ACTION_ALERT, VERDICT_FORWARD, false},
		{MODE_ENFORCE, ACTION_DROP, ACTION_DROP, VERDICT_DROP, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases) * 2; i++) {
		enum direction direction = i % 2 ? DIRECTION_UP : DIRECTION_DOWN;
		const struct rule rule = {CC, IPPROTO_TCP, IRC, 3, (uint8_t)cases[i / 2].allowed};
		bool drop = cases[i / 2].verdict == VERDICT_DROP;
		const struct ledger_entry *entry;
		struct checkpoint checkpoint;
		struct frame frame;

		checkpoint_open(&checkpoint, &rule, 1, cases[i / 2].mode, 4);
		if (direction == DIRECTION_UP)
			frame_make_tcp(&frame, BOT, 40000, CC, IRC, TCP_SYN, 0);
		else
			frame_make_tcp(&frame, CC, IRC, BOT, 40000, TCP_SYN | TCP_ACK, 0);
		assert_int_equal(
			checkpoint_pass(&checkpoint, direction, &frame), cases[i / 2].verdict);
		assert_int_equal(checkpoint.burst.judged, 1);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 1);
		assert_int_equal(
			checkpoint_counter(&checkpoint, COUNTER_MATCHED_BYTES), frame.length);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP),
			cases[i / 2].would_drop);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DROPPED_VERDICT), drop);

		entry = checkpoint_entry(&checkpoint, BOT, CC);
		assert_non_null(entry);
		assert_int_equal(entry->verdict, cases[i / 2].action);
		assert_int_equal(entry->applied, drop);
		assert_int_equal(entry->packets_dropped, drop);
		assert_int_equal(entry->packets_up, direction == DIRECTION_UP);
		assert_int_equal(entry->packets_down, direction == DIRECTION_DOWN);
		assert_int_equal(entry->bytes_up + entry->bytes_down, frame.length);
		assert_int_equal(entry->level, 3);
		assert_int_equal(entry->seen_port, IRC);
		assert_int_equal(entry->key.port, IRC);
		assert_int_equal(entry->key.transport, IPPROTO_TCP);
		assert_int_equal(entry->key.rule_transport, IPPROTO_TCP);
		assert_int_equal(entry->key.subscriber.length, 128);
		checkpoint_close(&checkpoint);
	}
}

static void another_port_is_noticed_and_forwarded(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	frame_make_tcp(&frame, BOT, 40000, CC, 80, TCP_SYN, 0);
	checkpoint_add(&checkpoint, &frame);
	frame_make_udp(&frame, BOT, 40000, CC, IRC, 10); // the right port of the wrong transport
	checkpoint_add(&checkpoint, &frame);
	frame_make_tcp(&frame, BOT, IRC, CC, 40000, TCP_SYN, 0); // our own port does not matter
	checkpoint_add(&checkpoint, &frame);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv4(&frame, BOT, CC_ANY);
	frame_icmp(&frame, IPPROTO_ICMP, 8);
	frame_end(&frame);
	checkpoint_add(&checkpoint, &frame);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv4(&frame, BOT, CC_ANY);
	frame_protocol(&frame, IPPROTO_GRE);
	frame_payload(&frame, 40);
	frame_end(&frame);
	checkpoint_add(&checkpoint, &frame);
	checkpoint_run(&checkpoint, DIRECTION_UP);
	assert_int_equal(checkpoint.burst.judged, 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 5);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_TUNNEL), 1);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 0);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 0);
	checkpoint_close(&checkpoint);
}

static void foreigners_are_counted_and_forwarded(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	frame_make_tcp(&frame, STRANGER, 40000, CC, IRC, TCP_SYN, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	frame_make_tcp(&frame, CC, IRC, STRANGER, 40000, TCP_ACK, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_DOWN, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint.burst.judged, 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SPOOFED), 1);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FOREIGN), 1);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 0);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 0);
	checkpoint_close(&checkpoint);
}

static void fragment_make(struct frame *frame, const char *destination, uint16_t field)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv4(frame, BOT, destination);
	frame_ipv4_fragment(frame, field);
	frame_tcp(frame, 40000, IRC, TCP_ACK); // for a later fragment: what looks like it
	frame_payload(frame, 100);
	frame_end(frame);
}

static void fragments(void **state)
{
	struct checkpoint checkpoint;
	const struct ledger_entry *entry;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	fragment_make(&frame, CC, 0x2000);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	fragment_make(&frame, CC, 0x2010);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	fragment_make(&frame, CC, 0x0020);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_LISTED_FRAGMENT), 2);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 1);

	fragment_make(&frame, CC_ANY, 0x0020);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	entry = checkpoint_entry(&checkpoint, BOT, CC_ANY);
	assert_non_null(entry);
	assert_int_equal(entry->key.port, 0);
	assert_int_equal(entry->key.transport, IPPROTO_TCP);
	assert_int_equal(entry->key.rule_transport, 0);
	assert_int_equal(entry->seen_port, 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_LISTED_FRAGMENT), 2);
	checkpoint_close(&checkpoint);
}

static void any_port_keeps_transports_apart(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	for (uint16_t port = 1; port < 60000; port = (uint16_t)(port + 7919)) {
		frame_make_tcp(&frame, BOT, 40000, CC_ANY, port, TCP_SYN, 0);
		assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
		frame_make_udp(&frame, BOT, 40000, CC_ANY, port, 5);
		assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	}
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 2);
	for (uint32_t i = 0; i < 2; i++) {
		const struct ledger_entry *entry = ledger_entry(checkpoint.pipeline.ledger, i);

		assert_int_equal(entry->key.transport, i ? IPPROTO_UDP : IPPROTO_TCP);
		assert_int_equal(entry->key.port, 0);
		assert_int_equal(entry->packets_up, 8);
		assert_int_equal(entry->seen_port, 1); // of the first packet
	}
	checkpoint_close(&checkpoint);
}

static void the_first_rule_that_fits_decides(void **state)
{
	static const struct rule ordered[] = {
		{CC, IPPROTO_TCP, IRC, 3, ACTION_DROP},
		{CC, 0, IRC, 2, ACTION_ALERT},
		{CC, IPPROTO_UDP, 0, 1, ACTION_ALERT},
	};
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	checkpoint_open(&checkpoint, ordered, ARRAY_SIZE(ordered), MODE_ENFORCE, 8);
	frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_SYN, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	frame_make_udp(&frame, BOT, 1, CC, IRC, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	frame_make_udp(&frame, BOT, 1, CC, 9, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(ledger_entry(checkpoint.pipeline.ledger, i)->level, 3 - i);
	checkpoint_close(&checkpoint);
}

static void without_a_list_everything_is_forwarded(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	checkpoint_open(&checkpoint, NULL, 0, MODE_ENFORCE, 4);
	frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_SYN, 0);
	checkpoint_add(&checkpoint, &frame);
	checkpoint_add(&checkpoint, &frame);
	checkpoint_run(&checkpoint, DIRECTION_UP);
	assert_int_equal(checkpoint.burst.judged, 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_NO_GENERATION), 2);
	assert_unnoticed(&checkpoint);
	checkpoint_close(&checkpoint);

	// A list with nothing in it is a list.
	checkpoint_open(&checkpoint, rules, 0, MODE_ENFORCE, 4);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_NO_GENERATION), 0);
	assert_unnoticed(&checkpoint);
	checkpoint_close(&checkpoint);
}

static void tags_and_chained_buffers_hide_nothing(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_vlan(&frame, 0x88a8, 100);
	frame_vlan(&frame, 0x8100, 200);
	frame_ipv6(&frame, BOT_V6, CC_V6);
	frame_extension(&frame, IPPROTO_DSTOPTS, 24);
	frame_tcp(&frame, 1, IRC, TCP_SYN);
	frame_payload(&frame, 1000);
	frame_end(&frame);
	for (size_t segment = 1; segment < 300; segment += 13) {
		checkpoint_add_chained(&checkpoint, &frame, segment);
		checkpoint_run(&checkpoint, DIRECTION_UP);
		assert_int_equal(checkpoint.burst.judged, 1);
		assert_int_equal(checkpoint.burst.verdicts[0], VERDICT_DROP);
		assert_int_equal(checkpoint.burst.packets[0].payload_length, 1000);
		assert_int_equal(checkpoint.burst.packets[0].encapsulations[1].id, 200);
	}
	checkpoint_close(&checkpoint);
}

static void a_mixed_burst_is_judged_packet_by_packet(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	for (unsigned i = 0; i < BURST_MAX; i++) {
		switch (i % 4) {
		case 0: // ARP
			frame_start(&frame);
			frame_ethernet(&frame);
			frame_ethertype(&frame, 0x0806);
			frame_payload(&frame, 28);
			break;
		case 1:
			frame_make_tcp(&frame, BOT, 1, BENIGN, 443, TCP_ACK, i);
			break;
		case 2:
			frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_ACK, i);
			break;
		default: // cut in its IP header
			frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_ACK, i);
			frame.length = 30;
		}
		assert_true(checkpoint_add(&checkpoint, &frame));
	}
	assert_false(checkpoint_add(&checkpoint, &frame));
	checkpoint_run(&checkpoint, DIRECTION_UP);
	assert_int_equal(checkpoint.burst.judged, 0x44444444u);
	for (unsigned i = 2; i < BURST_MAX; i += 4)
		assert_int_equal(checkpoint.burst.verdicts[i], VERDICT_DROP);
	assert_int_equal(
		checkpoint_counter(&checkpoint, COUNTER_UNDECODED_CONTROL), BURST_MAX / 4);
	assert_int_equal(
		checkpoint_counter(&checkpoint, COUNTER_UNDECODED_TRUNCATED), BURST_MAX / 4);
	assert_int_equal(checkpoint_entry(&checkpoint, BOT, CC)->packets_up, BURST_MAX / 4);
	checkpoint_close(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(benign_packets_leave_no_trace),
		cmocka_unit_test(every_mode_action_and_direction),
		cmocka_unit_test(another_port_is_noticed_and_forwarded),
		cmocka_unit_test(foreigners_are_counted_and_forwarded),
		cmocka_unit_test(fragments),
		cmocka_unit_test(any_port_keeps_transports_apart),
		cmocka_unit_test(the_first_rule_that_fits_decides),
		cmocka_unit_test(without_a_list_everything_is_forwarded),
		cmocka_unit_test(tags_and_chained_buffers_hide_nothing),
		cmocka_unit_test(a_mixed_burst_is_judged_packet_by_packet),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
