// SPDX-License-Identifier: BSD-3-Clause
// Bursts through all stages: what subscribers' flags change.
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define CC    "198.51.100.9"
#define CC_V6 "2400:cb00::9"
#define IRC   6667

static const struct rule rules[] = {
	{CC, IPPROTO_TCP, IRC, 4, .action = ACTION_DROP},
	{CC_V6, IPPROTO_TCP, IRC, 4, .action = ACTION_DROP},
};
static const struct rule opt_in_rules[] = {
	{CC, IPPROTO_TCP, IRC, 4, .action = ACTION_DROP, .opt_in = true},
};

#define NOBODY    "100.64.0.1"
#define OPTED_OUT "100.64.0.2"
#define CONSENTED "100.64.0.3"
#define EXEMPT    "100.64.0.4"
#define WATCHED   "100.64.0.5"
#define EVERYBODY 5 // of the above

static const struct rule_subscriber flags[] = {
	{.kind = SUBSCRIBER_ADDRESS, .first = OPTED_OUT, .flags = SUBSCRIBER_FLAG_OPT_OUT},
	{.kind = SUBSCRIBER_ADDRESS, .first = CONSENTED, .flags = SUBSCRIBER_FLAG_CONSENTED},
	{.kind = SUBSCRIBER_ADDRESS, .first = EXEMPT, .flags = SUBSCRIBER_FLAG_EXEMPT},
	{.kind = SUBSCRIBER_ADDRESS, .first = WATCHED, .flags = SUBSCRIBER_FLAG_WATCH},
};

static void open_with_flags(struct checkpoint *checkpoint, enum mode mode, bool opt_in)
{
	const struct checkpoint_options options = {
		.rules = opt_in ? opt_in_rules : rules,
		.rule_count = opt_in ? ARRAY_SIZE(opt_in_rules) : ARRAY_SIZE(rules),
		.flags = flags,
		.flag_count = ARRAY_SIZE(flags),
		.mode = mode,
		.ledger_limit = 16,
	};

	checkpoint_open_with(checkpoint, &options);
}

static enum verdict pass(
	struct checkpoint *checkpoint, enum direction direction, const char *subscriber)
{
	struct frame frame;

	if (direction == DIRECTION_UP)
		frame_make_tcp(&frame, subscriber, 40000, CC, IRC, TCP_SYN, 0);
	else
		frame_make_tcp(&frame, CC, IRC, subscriber, 40000, TCP_SYN | TCP_ACK, 0);
	return checkpoint_pass(checkpoint, direction, &frame);
}

// Who may be touched is; all but who opted out are in the ledger.
static void assert_touched(enum direction direction, bool opt_in, const char *touched)
{
	static const char *const subscribers[EVERYBODY] = {
		NOBODY, OPTED_OUT, CONSENTED, EXEMPT, WATCHED};
	struct checkpoint enforce, shadow;
	uint64_t drops = 0;

	open_with_flags(&enforce, MODE_ENFORCE, opt_in);
	open_with_flags(&shadow, MODE_SHADOW, opt_in);
	for (size_t i = 0; i < EVERYBODY; i++) {
		bool drop = touched[i] == 'd';
		const struct ledger_entry *entry;

		assert_int_equal(pass(&enforce, direction, subscribers[i]),
			drop ? VERDICT_DROP : VERDICT_FORWARD);
		assert_int_equal(pass(&shadow, direction, subscribers[i]), VERDICT_FORWARD);
		drops += drop;
		assert_int_equal(checkpoint_counter(&enforce, COUNTER_DROPPED_VERDICT), drops);
		assert_int_equal(checkpoint_counter(&shadow, COUNTER_WOULD_DROP), drops);
		entry = checkpoint_entry(&enforce, subscribers[i], CC);
		if (i == 1) {
			assert_null(entry);
			continue;
		}
		assert_non_null(entry);
		assert_int_equal(entry->verdict, drop ? ACTION_DROP : ACTION_ALERT);
		assert_int_equal(entry->applied, drop);
	}
	assert_int_equal(ledger_count(enforce.pipeline.ledger), EVERYBODY - 1);
	assert_int_equal(checkpoint_counter(&enforce, COUNTER_MATCHED), EVERYBODY - 1);
	assert_int_equal(checkpoint_counter(&enforce, COUNTER_OPTED_OUT), 1);
	assert_int_equal(checkpoint_counter(&enforce, COUNTER_FOREIGN), 0);
	assert_int_equal(checkpoint_counter(&enforce, COUNTER_SPOOFED), 0);
	checkpoint_close(&shadow);
	checkpoint_close(&enforce);
}

static void only_who_may_be_is_touched(void **state)
{
	(void)state;
	for (enum direction direction = DIRECTION_UP; direction <= DIRECTION_DOWN; direction++) {
		assert_touched(direction, false, "d-d-d");
		assert_touched(direction, true, "--d--");
	}
}

static void who_opted_out_leaves_no_trace(void **state)
{
	struct checkpoint checkpoint;

	(void)state;
	open_with_flags(&checkpoint, MODE_ENFORCE, false);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, OPTED_OUT), VERDICT_FORWARD);
	assert_int_equal(pass(&checkpoint, DIRECTION_DOWN, OPTED_OUT), VERDICT_FORWARD);
	assert_int_equal(checkpoint.burst.judged, 0);
	for (enum counter i = COUNTER_MATCHED; i < COUNTER_COUNT; i++)
		assert_int_equal(
			checkpoint_counter(&checkpoint, i), i == COUNTER_OPTED_OUT ? 2 : 0);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 0);
	checkpoint_close(&checkpoint);
}

static void flags_reach_one_of_a_household(void **state)
{
	static const struct rule_subscriber single[] = {
		{.kind = SUBSCRIBER_ADDRESS,
			.first = "2001:db8:1:2345::7",
			.flags = SUBSCRIBER_FLAG_EXEMPT},
	};
	const struct checkpoint_options options = {
		.rules = rules,
		.rule_count = ARRAY_SIZE(rules),
		.flags = single,
		.flag_count = 1,
		.mode = MODE_ENFORCE,
		.ledger_limit = 4,
	};
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	checkpoint_open_with(&checkpoint, &options);
	frame_make_tcp(&frame, "2001:db8:1:2345::7", 1, CC_V6, IRC, TCP_SYN, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	frame_make_tcp(&frame, "2001:db8:1:2345::8", 1, CC_V6, IRC, TCP_SYN, 0);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_string_equal(checkpoint_key_text(&checkpoint), "2001:db8:1:2300::/56");
	checkpoint_close(&checkpoint);
}

static void flags_reach_some_ports_of_an_address(void **state)
{
	static const struct rule_subscriber shared[] = {
		// Of addresses, which nobody on this link has for a key.
		{.kind = SUBSCRIBER_ADDRESS, .first = NOBODY, .flags = SUBSCRIBER_FLAG_OPT_OUT},
		{.kind = SUBSCRIBER_PORTS,
			.first = NOBODY,
			.first_port = 1100,
			.last_port = 1199,
			.flags = SUBSCRIBER_FLAG_EXEMPT},
	};
	const struct checkpoint_options options = {
		.rules = rules,
		.rule_count = ARRAY_SIZE(rules),
		.flags = shared,
		.flag_count = 2,
		.mode = MODE_ENFORCE,
		.ledger_limit = 4,
		.link = {.subscriber_key = LINK_KEY_ADDRESS_PORT},
	};
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	checkpoint_open_with(&checkpoint, &options);
	for (uint16_t port = 1099; port <= 1200; port++) {
		bool exempt = port >= 1100 && port <= 1199;

		frame_make_tcp(&frame, NOBODY, port, CC, IRC, TCP_SYN, 0);
		assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame),
			exempt ? VERDICT_FORWARD : VERDICT_DROP);
	}
	assert_string_equal(checkpoint_key_text(&checkpoint), NOBODY ":1024-2047");
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OPTED_OUT), 0);
	checkpoint_close(&checkpoint);
}

static void flags_reach_a_line(void **state)
{
	static const struct rule_subscriber line[] = {
		{.kind = SUBSCRIBER_VLAN,
			.ids = {.link = 1, .outer_vlan = 100, .inner_vlan = 200},
			.flags = SUBSCRIBER_FLAG_OPT_OUT},
	};
	const struct checkpoint_options options = {
		.rules = rules,
		.rule_count = ARRAY_SIZE(rules),
		.flags = line,
		.flag_count = 1,
		.mode = MODE_ENFORCE,
		.ledger_limit = 4,
		.link = {.subscriber_key = LINK_KEY_VLAN_PAIR},
	};
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	checkpoint_open_with(&checkpoint, &options);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_vlan(&frame, 0x88a8, 100);
	frame_vlan(&frame, 0x8100, 200);
	frame_ipv4(&frame, NOBODY, CC);
	frame_tcp(&frame, 1, IRC, TCP_SYN);
	frame_end(&frame);
	checkpoint.burst.link = 1;
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OPTED_OUT), 1);
	checkpoint.burst.link = 0;
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_string_equal(checkpoint_key_text(&checkpoint), "link0/vlan:100.200");
	checkpoint_close(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_who_may_be_is_touched),
		cmocka_unit_test(who_opted_out_leaves_no_trace),
		cmocka_unit_test(flags_reach_one_of_a_household),
		cmocka_unit_test(flags_reach_some_ports_of_an_address),
		cmocka_unit_test(flags_reach_a_line),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
