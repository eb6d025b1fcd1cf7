// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/affected.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct rule_key rule_of(uint32_t number)
{
	struct rule_key key = {.port = 6667, .transport = 6};

	address_from_v4(&key.address, &number);
	return key;
}

static struct subscriber_key subscriber_of(uint32_t number)
{
	struct subscriber_key key = {.length = 128};

	address_from_v4(&key.address, &number);
	return key;
}

// Returns how many subscribers the rule then has.
static uint32_t note(struct affected *affected, uint32_t rule, uint32_t subscriber)
{
	const struct rule_key key = rule_of(rule);
	const struct subscriber_key who = subscriber_of(subscriber);

	return affected_note(affected, &key, &who, 1, 0, NULL)->subscribers;
}

static void subscribers_count_once(void **state)
{
	struct affected *affected = affected_create(16);

	(void)state;
	affected_advance(affected, 1000);
	assert_int_equal(note(affected, 1, 1), 1);
	assert_int_equal(note(affected, 1, 1), 1);
	assert_int_equal(note(affected, 1, 2), 2);
	// Each rule by itself.
	assert_int_equal(note(affected, 2, 2), 1);
	assert_int_equal(note(affected, 1, 3), 3);
	affected_free(affected);
	affected_free(NULL);
}

static void rules_are_told_apart(void **state)
{
	struct affected *affected = affected_create(16);
	const struct subscriber_key who = subscriber_of(1);
	struct rule_key keys[5];
	bool made;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		keys[i] = rule_of(1);
	keys[1].address.bytes[15]++;
	keys[2].port++;
	keys[3].transport++;
	keys[4].all_new++;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(
			affected_note(affected, &keys[i], &who, 1, 0, &made)->subscribers, 1);
		assert_true(made);
	}
	for (size_t i = 0; i < 5; i++) {
		affected_note(affected, &keys[i], &who, 1, 0, &made);
		assert_false(made);
	}
	affected_free(affected);
}

static void the_window_slides(void **state)
{
	struct affected *affected = affected_create(16);

	(void)state;
	affected_advance(affected, 0);
	note(affected, 1, 1);
	note(affected, 1, 2);
	affected_advance(affected, AFFECTED_WINDOW_MS - 1);
	assert_int_equal(note(affected, 1, 1), 2);
	// The second one was quiet for the whole window, the first one was not.
	affected_advance(affected, AFFECTED_WINDOW_MS);
	assert_int_equal(note(affected, 1, 3), 2);
	affected_advance(affected, 3 * AFFECTED_WINDOW_MS);
	assert_int_equal(note(affected, 1, 4), 1);
	affected_free(affected);
}

static void full_gives_up_the_quietest(void **state)
{
	struct affected *affected = affected_create(4);

	(void)state;
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 1; i <= 4; i++)
			note(affected, i, 1);
	}
	assert_int_equal(affected_evicted(affected), 0);
	assert_int_equal(note(affected, 4, 2), 2); // in place of the first rule's only pair
	assert_int_equal(affected_evicted(affected), 1);
	assert_int_equal(note(affected, 1, 1), 1);
	assert_int_equal(affected_evicted(affected), 2);
	// One rule alone: as many as there is room for.
	for (uint32_t i = 1; i <= 100; i++)
		assert_true(note(affected, 9, i) <= 4);
	assert_int_equal(note(affected, 9, 100), 4);
	affected_free(affected);
}

static void packets_are_those_of_a_second(void **state)
{
	struct affected *affected = affected_create(4);
	const struct rule_key key = rule_of(1);
	const struct subscriber_key who = subscriber_of(1);
	const struct affected_rule *rule;
	uint16_t links;

	(void)state;
	affected_advance(affected, 50000);
	rule = affected_note(affected, &key, &who, 5, 3, NULL);
	assert_int_equal(affected_packets(affected, rule, &links), 5);
	assert_int_equal(links, 1u << 3);
	affected_advance(affected, 50999);
	rule = affected_note(affected, &key, &who, 7, 0, NULL);
	assert_int_equal(affected_packets(affected, rule, &links), 12);
	assert_int_equal(links, 1u << 3 | 1u);
	affected_advance(affected, 51000);
	assert_int_equal(affected_packets(affected, rule, &links), 7);
	assert_int_equal(links, 1u);
	rule = affected_note(affected, &key, &who, 1, 0, NULL);
	assert_int_equal(affected_packets(affected, rule, &links), 8);
	affected_advance(affected, 54000);
	assert_int_equal(affected_packets(affected, rule, &links), 0);
	rule = affected_note(affected, &key, &who, 2, 1, NULL);
	assert_int_equal(affected_packets(affected, rule, &links), 2);
	assert_int_equal(links, 1u << 1);
	affected_free(affected);
}

static void count_rules(void *context, struct affected_rule *rule)
{
	(void)rule;
	++*(int *)context;
}

static void forgotten_rules_begin_anew(void **state)
{
	struct affected *affected = affected_create(16);
	const struct rule_key first = rule_of(1), unknown = rule_of(9);
	int rules = 0;

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		note(affected, 1, i);
		note(affected, 2, i);
	}
	affected_forget(affected, &first);
	affected_forget(affected, &unknown);
	affected_each(affected, count_rules, &rules);
	assert_int_equal(rules, 1);
	assert_int_equal(note(affected, 1, 7), 1);
	assert_int_equal(note(affected, 2, 7), 6);
	affected_free(affected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subscribers_count_once),
		cmocka_unit_test(rules_are_told_apart),
		cmocka_unit_test(the_window_slides),
		cmocka_unit_test(full_gives_up_the_quietest),
		cmocka_unit_test(packets_are_those_of_a_second),
		cmocka_unit_test(forgotten_rules_begin_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
