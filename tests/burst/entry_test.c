// SPDX-License-Identifier: BSD-3-Clause
// Bursts through all stages: what is written down of what was matched.
#include "dataplane/api/evidence.h"
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define BOT        "100.64.0.7"
#define CC         "198.51.100.9"
#define CC_V6      "2400:cb00::9"
#define BOT_V6     "2001:db8:1:2345::7"
#define BOT_V6_KEY "2001:db8:1:2300::"
#define IRC        6667

static const struct rule rules[] = {
	{CC, IPPROTO_TCP, IRC, 3, ACTION_DROP},
	{CC_V6, IPPROTO_TCP, IRC, 3, ACTION_DROP},
};

static void open_default(struct checkpoint *checkpoint, enum mode mode)
{
	checkpoint_open(checkpoint, rules, ARRAY_SIZE(rules), mode, 64);
}

static void a_full_table_still_judges_and_counts(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	checkpoint_open(&checkpoint, rules, ARRAY_SIZE(rules), MODE_ENFORCE, 1);
	frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_SYN, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_CONTACT_TABLE_FULL), 0);
	frame_make_tcp(&frame, "100.64.0.8", 1, CC, IRC, TCP_SYN, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_CONTACT_TABLE_FULL), 1);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 2);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED_BYTES), 2 * frame.length);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DROPPED_VERDICT), 2);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 1);
	checkpoint_close(&checkpoint);
}

static void subscribers_of_ipv6_are_prefixes(void **state)
{
	struct checkpoint checkpoint;
	const struct ledger_entry *entry;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ALERT);
	frame_make_tcp(&frame, BOT_V6, 1, CC_V6, IRC, TCP_SYN, 0);
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	frame_make_tcp(&frame, "2001:db8:1:23ff:ffff::", 1, CC_V6, IRC, TCP_SYN, 0);
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	frame_make_tcp(&frame, "2001:db8:1:2400::", 1, CC_V6, IRC, TCP_SYN, 0);
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 2);
	entry = checkpoint_entry(&checkpoint, BOT_V6_KEY, CC_V6);
	assert_non_null(entry);
	assert_int_equal(entry->packets_up, 2);
	assert_int_equal(entry->key.subscriber.length, 56);
	checkpoint_close(&checkpoint);
}

static void evidence_grows_with_the_conversation(void **state)
{
	// Each step adds to what the ones before it left in the entry.
	static const struct {
		enum direction direction;
		uint8_t flags;
		size_t payload;
		uint8_t seen;
		enum evidence evidence;
	} steps[] = {
		{DIRECTION_DOWN, TCP_RST, 0, 0, EVIDENCE_UNSOLICITED},
		{DIRECTION_DOWN, TCP_SYN, 0, SEEN_DOWN, EVIDENCE_UNSOLICITED},
		{DIRECTION_UP, TCP_SYN, 0, SEEN_DOWN | SEEN_UP, EVIDENCE_ANSWERED},
		{DIRECTION_DOWN, TCP_SYN | TCP_ACK, 0, SEEN_DOWN | SEEN_UP | SEEN_DOWN_REPLY,
			EVIDENCE_ANSWERED},
		{DIRECTION_UP, TCP_ACK, 5, SEEN_DOWN | SEEN_UP | SEEN_DOWN_REPLY | SEEN_UP_PAYLOAD,
			EVIDENCE_ANSWERED},
		{DIRECTION_DOWN, TCP_ACK, 5,
			SEEN_DOWN | SEEN_UP | SEEN_DOWN_REPLY | SEEN_UP_PAYLOAD | SEEN_DOWN_PAYLOAD,
			EVIDENCE_CONVERSED},
	};
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ALERT);
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		const struct ledger_entry *entry;

		if (steps[i].direction == DIRECTION_UP)
			frame_make_tcp(&frame, BOT, 1, CC, IRC, steps[i].flags, steps[i].payload);
		else
			frame_make_tcp(&frame, CC, IRC, BOT, 1, steps[i].flags, steps[i].payload);
		frame_pad(&frame, 6); // padding is no payload
		checkpoint_pass(&checkpoint, steps[i].direction, &frame);
		entry = checkpoint_entry(&checkpoint, BOT, CC);
		assert_non_null(entry);
		assert_int_equal(entry->seen, steps[i].seen);
		assert_int_equal(evidence_of(entry->seen), steps[i].evidence);
		assert_int_equal(entry->last_ticks - entry->first_ticks, i);
	}
	checkpoint_close(&checkpoint);
}

static void a_closed_port_is_no_answer(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ALERT);
	frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_SYN, 0);
	checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
	frame_make_tcp(&frame, CC, IRC, BOT, 1, TCP_RST | TCP_ACK, 0);
	checkpoint_pass(&checkpoint, DIRECTION_DOWN, &frame);
	assert_int_equal(
		evidence_of(checkpoint_entry(&checkpoint, BOT, CC)->seen), EVIDENCE_ATTEMPTED);
	checkpoint_close(&checkpoint);
}

static void captures_out_of_order_keep_first_and_last(void **state)
{
	struct checkpoint checkpoint;
	const struct ledger_entry *entry;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ALERT);
	frame_make_tcp(&frame, BOT, 1, CC, IRC, TCP_SYN, 0);
	for (int i = 0; i < 3; i++)
		checkpoint_add(&checkpoint, &frame);
	checkpoint.burst.ticks[0] = 500;
	checkpoint.burst.ticks[1] = 100;
	checkpoint.burst.ticks[2] = 300;
	checkpoint_run(&checkpoint, DIRECTION_UP);
	entry = checkpoint_entry(&checkpoint, BOT, CC);
	assert_int_equal(entry->first_ticks, 100);
	assert_int_equal(entry->last_ticks, 500);
	checkpoint_close(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_table_still_judges_and_counts),
		cmocka_unit_test(subscribers_of_ipv6_are_prefixes),
		cmocka_unit_test(evidence_grows_with_the_conversation),
		cmocka_unit_test(a_closed_port_is_no_answer),
		cmocka_unit_test(captures_out_of_order_keep_first_and_last),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
