// SPDX-License-Identifier: BSD-3-Clause
// Bursts through all stages while a trial runs: the cohort is enforced upon, the control group only
// counted.
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define CC  "198.51.100.9"
#define IRC 6667

#define IN_COHORT  "100.64.1.1"
#define IN_CONTROL "100.64.1.2"
#define OPTED_OUT  "100.64.1.3"
#define EXEMPT     "100.64.1.4"
#define SHARED     "100.64.1.5" // by subscribers of both groups

static const struct rule rules[] = {
	{CC, IPPROTO_TCP, IRC, 4, .action = ACTION_DROP},
};

static const struct rule_subscriber flags[] = {
	{.kind = SUBSCRIBER_ADDRESS, .first = IN_COHORT, .flags = SUBSCRIBER_FLAG_COHORT},
	{.kind = SUBSCRIBER_ADDRESS, .first = IN_CONTROL, .flags = SUBSCRIBER_FLAG_CONTROL},
	{.kind = SUBSCRIBER_ADDRESS, .first = OPTED_OUT, .flags = SUBSCRIBER_FLAG_OPT_OUT},
	{.kind = SUBSCRIBER_ADDRESS, .first = EXEMPT, .flags = SUBSCRIBER_FLAG_EXEMPT},
	{.kind = SUBSCRIBER_ADDRESS,
		.first = SHARED,
		.flags = SUBSCRIBER_FLAG_COHORT | SUBSCRIBER_FLAG_CONTROL},
};

static struct cohort cohort_with(uint32_t trial, uint16_t per_mille)
{
	return (struct cohort){.trial = trial, .per_mille = per_mille, .key = {1, 2, 3}};
}

// The same for everybody and at any evidence; one packet a second, and no more at once.
static struct generation_decision decide(enum action action)
{
	struct generation_decision decision = {.sinkhole_else = ACTION_ALERT};

	for (unsigned int evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (uint8_t flag = 0; flag < GENERATION_FLAG_SETS; flag++)
			if (!(flag & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT)))
				decision.cells[evidence][flag] =
					(struct generation_cell){(uint8_t)action, MODE_ENFORCE};
	if (action == ACTION_POLICE)
		decision.police_pps = decision.police_burst = 1;
	return decision;
}

static struct checkpoint_options trial_options(enum mode mode, struct cohort cohort)
{
	return (struct checkpoint_options){
		.rules = rules,
		.rule_count = ARRAY_SIZE(rules),
		.flags = flags,
		.flag_count = ARRAY_SIZE(flags),
		.mode = mode,
		.ledger_limit = 1024,
		.cohort = cohort,
	};
}

static void open_trial(struct checkpoint *checkpoint, enum mode mode, struct cohort cohort)
{
	const struct checkpoint_options options = trial_options(mode, cohort);

	checkpoint_open_with(checkpoint, &options);
}

static enum verdict pass(struct checkpoint *checkpoint, const char *subscriber)
{
	struct frame frame;

	frame_make_tcp(&frame, subscriber, 40000, CC, IRC, TCP_SYN, 0);
	return checkpoint_pass(checkpoint, DIRECTION_UP, &frame);
}

// Whatever share the trial has: the control plane has drawn these.
static void flags_say_the_group(void **state)
{
	static const uint16_t shares[] = {0, 500, 1000};
	struct checkpoint checkpoint;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shares); i++) {
		open_trial(&checkpoint, MODE_ENFORCE, cohort_with(1, shares[i]));
		assert_int_equal(pass(&checkpoint, IN_COHORT), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, IN_CONTROL), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, SHARED), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, EXEMPT), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, OPTED_OUT), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 4);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OPTED_OUT), 1);
		// What is said of both groups differs in what was done alone.
		assert_int_equal(
			checkpoint_entry(&checkpoint, IN_CONTROL, CC)->verdict, ACTION_DROP);
		assert_int_equal(checkpoint_entry(&checkpoint, IN_CONTROL, CC)->applied, 0);
		assert_int_equal(checkpoint_entry(&checkpoint, IN_COHORT, CC)->applied, 1);
		checkpoint_close(&checkpoint);
	}
}

// Of whom nothing was said the key is drawn, as cohort_of_key draws it for the control plane.
static void others_are_drawn(void **state)
{
	const struct cohort cohort = cohort_with(7, 300);
	struct checkpoint checkpoint;
	uint64_t drops = 0;

	(void)state;
	open_trial(&checkpoint, MODE_ENFORCE, cohort);
	for (int i = 0; i < 250; i++) {
		struct subscriber_key key = {.length = 128};
		const uint8_t v4[4] = {100, 64, 0, (uint8_t)i};
		char subscriber[32];
		bool treated;

		snprintf(subscriber, sizeof(subscriber), "100.64.0.%d", i);
		address_from_v4(&key.address, v4);
		treated = cohort_of_key(&cohort, &key) == COHORT_TREATED;
		assert_int_equal(
			pass(&checkpoint, subscriber), treated ? VERDICT_DROP : VERDICT_FORWARD);
		drops += treated;
	}
	// 75 of 250, give or take four standard deviations.
	assert_in_range(drops, 46, 104);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DROPPED_VERDICT), drops);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 250 - drops);
	checkpoint_close(&checkpoint);
}

// A trial takes away; it never does more than the mode.
static void the_mode_bounds_the_cohort(void **state)
{
	struct checkpoint checkpoint;

	(void)state;
	open_trial(&checkpoint, MODE_SHADOW, cohort_with(1, 1000));
	assert_int_equal(pass(&checkpoint, IN_COHORT), VERDICT_FORWARD);
	assert_int_equal(pass(&checkpoint, IN_CONTROL), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 2);
	checkpoint_close(&checkpoint);
	open_trial(&checkpoint, MODE_ALERT, cohort_with(1, 1000));
	assert_int_equal(pass(&checkpoint, IN_COHORT), VERDICT_FORWARD);
	assert_int_equal(pass(&checkpoint, IN_CONTROL), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 0);
	checkpoint_close(&checkpoint);
	// Without a trial everybody is enforced upon.
	open_trial(&checkpoint, MODE_ENFORCE, (struct cohort){0});
	assert_int_equal(pass(&checkpoint, "100.64.0.1"), VERDICT_DROP);
	checkpoint_close(&checkpoint);
}

// Whatever would be done is not done to the control group.
static void no_action_is_carried_out_on_the_control_group(void **state)
{
	static const struct {
		enum action action;
		enum verdict verdict; // of the cohort's second packet
	} rows[] = {
		{ACTION_ALERT, VERDICT_FORWARD},
		{ACTION_POLICE, VERDICT_DROP},
		{ACTION_DROP, VERDICT_DROP},
		{ACTION_RESET, VERDICT_RESET},
		{ACTION_SINKHOLE, VERDICT_SINKHOLE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct generation_decision decision = decide(rows[i].action);
		const struct rule rule = {CC, IPPROTO_TCP, IRC, 4, .decision = &decision};
		struct checkpoint_options options =
			trial_options(MODE_ENFORCE, cohort_with(1, 500));
		const struct ledger_entry *control;
		struct checkpoint checkpoint;

		options.rules = &rule;
		options.rule_count = 1;
		checkpoint_open_with(&checkpoint, &options);
		checkpoint.pipeline.gate.there = true;
		pass(&checkpoint, IN_COHORT);
		assert_int_equal(pass(&checkpoint, IN_COHORT), rows[i].verdict);
		for (int packet = 0; packet < 3; packet++) {
			assert_int_equal(pass(&checkpoint, IN_CONTROL), VERDICT_FORWARD);
			assert_int_equal(checkpoint.burst.answered, 0);
		}
		control = checkpoint_entry(&checkpoint, IN_CONTROL, CC);
		assert_int_equal(control->verdict, rows[i].action);
		assert_int_equal(control->applied, 0);
		assert_int_equal(control->packets_up, 3);
		assert_int_equal(control->packets_dropped, 0);
		checkpoint_close(&checkpoint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_say_the_group),
		cmocka_unit_test(others_are_drawn),
		cmocka_unit_test(the_mode_bounds_the_cohort),
		cmocka_unit_test(no_action_is_carried_out_on_the_control_group),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
