// SPDX-License-Identifier: BSD-3-Clause
// Bursts through all stages: what is done about what was matched, and when it is not.
#include "dataplane/act/pulse.h"
#include "dataplane/act/sinkhole.h"
#include "dataplane/state.h"
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BOT   "100.64.0.7"
#define CC    "198.51.100.9"
#define IRC   6667
#define BURST 5

// The same at any evidence for everybody.
static struct generation_decision decide(enum action action)
{
	struct generation_decision decision = {.sinkhole_else = ACTION_ALERT, .refuse_udp = 1};

	for (unsigned int evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (uint8_t flags = 0; flags < GENERATION_FLAG_SETS; flags++)
			if (!(flags & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT)))
				decision.cells[evidence][flags] =
					(struct generation_cell){(uint8_t)action, MODE_ENFORCE};
	if (action == ACTION_POLICE) {
		decision.police_pps = 10;
		decision.police_burst = BURST;
	}
	return decision;
}

static void open_with(
	struct checkpoint *checkpoint, const struct generation_decision *decision, enum mode mode)
{
	const struct rule rules[] = {
		{CC, IPPROTO_TCP, IRC, 3, .decision = decision},
		{CC, IPPROTO_UDP, IRC, 3, .decision = decision},
	};

	checkpoint_open(checkpoint, rules, 2, mode, 512);
	checkpoint->pipeline.gate.there = true;
}

static enum verdict pass_tcp(
	struct checkpoint *checkpoint, enum direction direction, uint8_t flags, size_t payload)
{
	struct frame frame;

	if (direction == DIRECTION_UP)
		frame_make_tcp(&frame, BOT, 40000, CC, IRC, flags, payload);
	else
		frame_make_tcp(&frame, CC, IRC, BOT, 40000, flags, payload);
	return checkpoint_pass(checkpoint, direction, &frame);
}

static enum verdict pass_udp(struct checkpoint *checkpoint, enum direction direction)
{
	struct frame frame;

	if (direction == DIRECTION_UP)
		frame_make_udp(&frame, BOT, 40000, CC, IRC, 20);
	else
		frame_make_udp(&frame, CC, IRC, BOT, 40000, 20);
	return checkpoint_pass(checkpoint, direction, &frame);
}

static const struct ledger_entry *entry(const struct checkpoint *checkpoint)
{
	return checkpoint_entry(checkpoint, BOT, CC);
}

static void a_reset_is_answered_unless_it_is_one(void **state)
{
	const struct generation_decision decision = decide(ACTION_RESET);
	struct checkpoint checkpoint;

	(void)state;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_RESET);
	assert_int_equal(checkpoint.burst.answered, 1);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_DOWN, TCP_ACK, 9), VERDICT_RESET);
	assert_int_equal(checkpoint.burst.answered, 1);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_RST | TCP_ACK, 0), VERDICT_RESET);
	assert_int_equal(checkpoint.burst.answered, 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DROPPED_VERDICT), 3);
	assert_int_equal(entry(&checkpoint)->verdict, ACTION_RESET);
	assert_int_equal(entry(&checkpoint)->applied, 1);
	assert_int_equal(entry(&checkpoint)->packets_dropped, 3);
	checkpoint_close(&checkpoint);
}

// The over-block guard takes its hand off a rule, in the middle of what it did.
static void what_is_disarmed_passes_whatever_its_action(void **state)
{
	(void)state;
	for (enum action action = ACTION_POLICE; action < ACTION_COUNT; action++) {
		const struct generation_decision decision = decide(action);
		struct checkpoint checkpoint;
		struct generation *generation;
		struct address server;
		uint64_t held_back;
		uint32_t rule;

		open_with(&checkpoint, &decision, MODE_ENFORCE);
		for (int i = 0; i < 2 * BURST; i++)
			pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0);
		held_back = entry(&checkpoint)->packets_dropped;
		assert_true(held_back > 0);
		assert_true(address_parse(CC, strlen(CC), &server));
		generation = (struct generation *)(uintptr_t)checkpoint.pipeline.generation;
		rule = generation_find(generation, &server, IPPROTO_TCP, IRC);
		assert_true(generation_disarm(generation, rule));
		for (int i = 0; i < 2 * BURST; i++) {
			assert_int_equal(
				pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_FORWARD);
			assert_int_equal(checkpoint.burst.answered, 0);
			assert_int_equal(
				pass_tcp(&checkpoint, DIRECTION_DOWN, TCP_ACK, 9), VERDICT_FORWARD);
		}
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DISARMED), 4 * BURST);
		assert_int_equal(entry(&checkpoint)->packets_dropped, held_back);
		assert_int_equal(entry(&checkpoint)->verdict, ACTION_ALERT);
		assert_int_equal(entry(&checkpoint)->applied, 0);
		checkpoint_close(&checkpoint);
	}
}

static void datagrams_are_refused_to_subscribers_alone(void **state)
{
	struct generation_decision decision = decide(ACTION_RESET);
	struct checkpoint checkpoint;

	(void)state;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	assert_int_equal(pass_udp(&checkpoint, DIRECTION_UP), VERDICT_RESET);
	assert_int_equal(checkpoint.burst.answered, 1);
	assert_int_equal(pass_udp(&checkpoint, DIRECTION_DOWN), VERDICT_RESET);
	assert_int_equal(checkpoint.burst.answered, 0);
	checkpoint_close(&checkpoint);
	decision.refuse_udp = 0;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	assert_int_equal(pass_udp(&checkpoint, DIRECTION_UP), VERDICT_RESET);
	assert_int_equal(checkpoint.burst.answered, 0);
	checkpoint_close(&checkpoint);
}

static void nobody_is_answered_without_end(void **state)
{
	const struct generation_decision decision = decide(ACTION_RESET);
	struct checkpoint checkpoint;
	unsigned int answered = 0, asked = 0;

	(void)state;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	for (; asked < STATE_ANSWERS_BURST + 30; asked++) {
		assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_RESET);
		answered += checkpoint.burst.answered != 0;
	}
	assert_int_equal(answered, STATE_ANSWERS_BURST);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_ANSWER_LIMITED), asked - answered);
	checkpoint.burst.ticks[0] += CHECKPOINT_HZ;
	pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0);
	assert_int_equal(checkpoint.burst.answered, 1);
	checkpoint_close(&checkpoint);
}

static void parts_of_datagrams_are_dropped_in_silence(void **state)
{
	const struct generation_decision decision = decide(ACTION_RESET);
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv4(&frame, BOT, CC);
	frame_ipv4_fragment(&frame, 0x2000);
	frame_protocol(&frame, IPPROTO_TCP);
	frame_payload(&frame, 2); // too short for its ports
	frame_end(&frame);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_RESET);
	assert_int_equal(checkpoint.burst.answered, 0);
	checkpoint_close(&checkpoint);
}

static void police_lets_a_burst_through(void **state)
{
	const struct generation_decision decision = decide(ACTION_POLICE);
	static const enum mode modes[] = {MODE_ENFORCE, MODE_SHADOW, MODE_ALERT};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct checkpoint checkpoint;
		unsigned int forwarded = 0;

		open_with(&checkpoint, &decision, modes[i]);
		for (int j = 0; j < 4 * BURST; j++)
			forwarded += pass_udp(&checkpoint, DIRECTION_UP) == VERDICT_FORWARD;
		assert_int_equal(forwarded, modes[i] == MODE_ENFORCE ? BURST : 4 * BURST);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DROPPED_POLICED),
			modes[i] == MODE_ENFORCE ? 3 * BURST : 0);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP),
			modes[i] == MODE_SHADOW ? 3 * BURST : 0);
		assert_int_equal(entry(&checkpoint)->verdict,
			modes[i] == MODE_ALERT ? ACTION_ALERT : ACTION_POLICE);
		assert_int_equal(entry(&checkpoint)->applied, modes[i] == MODE_ENFORCE);
		checkpoint.burst.ticks[0] += CHECKPOINT_HZ;
		assert_int_equal(pass_udp(&checkpoint, DIRECTION_UP), VERDICT_FORWARD);
		checkpoint_close(&checkpoint);
	}
}

static void the_contacts_evidence_decides(void **state)
{
	struct generation_decision decision = {.sinkhole_else = ACTION_ALERT};
	struct checkpoint checkpoint;

	(void)state;
	decision.cells[EVIDENCE_CONVERSED][0] = (struct generation_cell){ACTION_DROP, MODE_ENFORCE};
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_FORWARD);
	assert_int_equal(
		pass_tcp(&checkpoint, DIRECTION_DOWN, TCP_SYN | TCP_ACK, 0), VERDICT_FORWARD);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_ACK, 9), VERDICT_FORWARD);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_DOWN, TCP_ACK, 9), VERDICT_DROP);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_ACK, 0), VERDICT_DROP);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_DROP);
	// Another service of the same server is another contact.
	assert_int_equal(pass_udp(&checkpoint, DIRECTION_UP), VERDICT_FORWARD);
	checkpoint_close(&checkpoint);
}

static void who_finds_no_room_is_only_alerted(void **state)
{
	const struct generation_decision decision = decide(ACTION_RESET);
	struct checkpoint checkpoint;
	unsigned int held = 0;
	uint64_t full;

	(void)state;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	for (int i = 0; i < 4 * CHECKPOINT_CONTACTS; i++) {
		char bot[24];
		struct frame frame;

		snprintf(bot, sizeof(bot), "100.64.1.%d", i);
		frame_make_tcp(&frame, bot, 40000, CC, IRC, TCP_SYN, 0);
		held += checkpoint_pass(&checkpoint, DIRECTION_UP, &frame) == VERDICT_RESET;
	}
	full = checkpoint_counter(&checkpoint, COUNTER_STATE_FULL);
	assert_true(full >= 3 * CHECKPOINT_CONTACTS);
	assert_int_equal(held + full, 4 * CHECKPOINT_CONTACTS);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 4 * CHECKPOINT_CONTACTS);
	// Later on the quiet give way.
	checkpoint.burst.ticks[0] += (uint64_t)CHECKPOINT_HZ * STATE_HOLD_S;
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_RESET);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_STATE_FULL), full);
	checkpoint_close(&checkpoint);
}

static void shadow_counts_and_does_nothing(void **state)
{
	static const enum action actions[] = {ACTION_DROP, ACTION_RESET, ACTION_SINKHOLE};

	(void)state;
	for (int i = 0; i < 3; i++) {
		const struct generation_decision decision = decide(actions[i]);
		struct checkpoint checkpoint;

		open_with(&checkpoint, &decision, MODE_SHADOW);
		assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 1);
		assert_int_equal(entry(&checkpoint)->verdict, actions[i]);
		assert_int_equal(entry(&checkpoint)->applied, 0);
		checkpoint_close(&checkpoint);
	}
}

static void the_sinkhole_takes_the_subscribers_word(void **state)
{
	const struct generation_decision decision = decide(ACTION_SINKHOLE);
	struct checkpoint checkpoint;
	struct sinkhole *sinkhole = sinkhole_create(64, CHECKPOINT_HZ);

	(void)state;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	checkpoint.pipeline.sinkhole = sinkhole;
	// The server's own word, before and after the flow is the sinkhole's.
	assert_int_equal(
		pass_tcp(&checkpoint, DIRECTION_DOWN, TCP_SYN | TCP_ACK, 0), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SINKHOLE_ELSE), 1);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_SINKHOLE);
	assert_int_equal(entry(&checkpoint)->verdict, ACTION_SINKHOLE);
	assert_int_equal(entry(&checkpoint)->applied, 1);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_DOWN, TCP_SYN | TCP_ACK, 0), VERDICT_DROP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SINKHOLE_ELSE), 1);
	checkpoint_close(&checkpoint);
	sinkhole_free(sinkhole);
}

static void without_a_sinkhole_something_else_is_done(void **state)
{
	static const enum action others[] = {ACTION_ALERT, ACTION_DROP};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct generation_decision decision = decide(ACTION_SINKHOLE);
		struct checkpoint checkpoint;

		decision.sinkhole_else = (uint8_t)others[i];
		open_with(&checkpoint, &decision, MODE_ENFORCE);
		checkpoint.pipeline.gate.there = false;
		assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0),
			others[i] == ACTION_DROP ? VERDICT_DROP : VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SINKHOLE_ELSE), 1);
		assert_int_equal(entry(&checkpoint)->verdict, others[i]);
		assert_int_equal(entry(&checkpoint)->applied, others[i] == ACTION_DROP);
		checkpoint_close(&checkpoint);
	}
}

static void a_silent_sinkhole_is_tried_now_and_then(void **state)
{
	const struct generation_decision decision = decide(ACTION_SINKHOLE);
	struct pulse pulse = {0};
	struct checkpoint checkpoint;

	(void)state;
	open_with(&checkpoint, &decision, MODE_ENFORCE);
	checkpoint.pipeline.gate.pulse = &pulse;
	checkpoint.pipeline.gate.timeout_ticks = 100;
	// What calls for no answer says nothing about the sinkhole.
	assert_int_equal(pass_udp(&checkpoint, DIRECTION_UP), VERDICT_SINKHOLE);
	checkpoint.burst.ticks[0] += 200;
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_SINKHOLE);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_SINKHOLE);
	checkpoint.burst.ticks[0] += 101;
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_ACK, 5), VERDICT_FORWARD);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_SINKHOLE);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_FORWARD);
	checkpoint.burst.ticks[0] += 101;
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_SYN, 0), VERDICT_SINKHOLE);
	pulse_answered(&pulse);
	assert_int_equal(pass_tcp(&checkpoint, DIRECTION_UP, TCP_ACK, 5), VERDICT_SINKHOLE);
	checkpoint_close(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reset_is_answered_unless_it_is_one),
		cmocka_unit_test(what_is_disarmed_passes_whatever_its_action),
		cmocka_unit_test(datagrams_are_refused_to_subscribers_alone),
		cmocka_unit_test(nobody_is_answered_without_end),
		cmocka_unit_test(parts_of_datagrams_are_dropped_in_silence),
		cmocka_unit_test(police_lets_a_burst_through),
		cmocka_unit_test(the_contacts_evidence_decides),
		cmocka_unit_test(who_finds_no_room_is_only_alerted),
		cmocka_unit_test(shadow_counts_and_does_nothing),
		cmocka_unit_test(the_sinkhole_takes_the_subscribers_word),
		cmocka_unit_test(without_a_sinkhole_something_else_is_done),
		cmocka_unit_test(a_silent_sinkhole_is_tried_now_and_then),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
