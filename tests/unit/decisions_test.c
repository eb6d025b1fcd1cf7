// SPDX-License-Identifier: BSD-3-Clause
#include "control/decisions.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct generation_decision decision_of(uint32_t number)
{
	return (struct generation_decision){.police_pps = number};
}

static void each_once(void **state)
{
	struct decisions *decisions = decisions_create();

	(void)state;
	assert_int_equal(decisions_count(decisions), 0);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 1000; i++) {
			const struct generation_decision decision = decision_of(i * 7919);

			assert_int_equal(decisions_add(decisions, &decision), i);
		}
	assert_int_equal(decisions_count(decisions), 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		const struct generation_decision decision = decision_of(i * 7919);

		assert_memory_equal(&decisions_all(decisions)[i], &decision, sizeof(decision));
	}
	decisions_free(decisions);
}

// They differ where the hash has its least say: in one bit, anywhere.
static void every_bit_counts(void **state)
{
	struct decisions *decisions = decisions_create();
	struct generation_decision decision = {.refuse_udp = 0};
	const uint32_t bits = 8 * sizeof(decision);

	(void)state;
	for (uint32_t bit = 0; bit < bits; bit++) {
		memset(&decision, 0, sizeof(decision));
		((uint8_t *)&decision)[bit / 8] = (uint8_t)(1u << bit % 8);
		assert_int_equal(decisions_add(decisions, &decision), bit);
	}
	decisions_free(decisions);
	decisions_free(NULL);
}

static void there_is_a_limit(void **state)
{
	struct decisions *decisions = decisions_create();
	struct generation_decision decision;

	(void)state;
	for (uint32_t i = 0; i < GENERATION_DECISIONS_MAX; i++) {
		decision = decision_of(i);
		assert_int_equal(decisions_add(decisions, &decision), i);
	}
	decision = decision_of(GENERATION_DECISIONS_MAX);
	assert_int_equal(decisions_add(decisions, &decision), -ENOSPC);
	decision = decision_of(GENERATION_DECISIONS_MAX - 1);
	assert_int_equal(decisions_add(decisions, &decision), GENERATION_DECISIONS_MAX - 1);
	decisions_free(decisions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_once),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(there_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
