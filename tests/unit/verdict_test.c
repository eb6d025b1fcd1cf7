// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// What a cell comes to, by its mode and the appliance's: '.' nothing, 'w' counted but not applied,
// 'd' dropped.
static const char *const drops[MODE_COUNT] = {
	[MODE_ALERT] = "...",
	[MODE_SHADOW] = ".ww",
	[MODE_ENFORCE] = ".wd",
};

// All other cells are alert.
static struct generation_decision decision_with(
	enum evidence evidence, uint8_t flags, enum action action, enum mode most)
{
	struct generation_decision decision = {.sinkhole_else = ACTION_ALERT};

	decision.cells[evidence][flags].action = (uint8_t)action;
	decision.cells[evidence][flags].mode = (uint8_t)most;
	return decision;
}

static void the_whole_truth(void **state)
{
	(void)state;
	for (enum action action = 0; action < ACTION_COUNT; action++)
		for (enum mode most = 0; most < MODE_COUNT; most++)
			for (enum mode mode = 0; mode < MODE_COUNT; mode++) {
				const struct generation_decision decision =
					decision_with(EVIDENCE_ANSWERED, 9, action, most);
				const struct judgement judgement =
					verdict_judge(&decision, EVIDENCE_ANSWERED, 9, mode);
				const int what = action == ACTION_ALERT ? '.' : drops[most][mode];

				assert_int_equal(
					judgement.action, what == '.' ? ACTION_ALERT : action);
				assert_int_equal(judgement.apply, what == 'd');
			}
}

// Of all cells the one of this evidence and these flags decides.
static void the_right_cell(void **state)
{
	(void)state;
	for (enum evidence evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (uint8_t flags = 0; flags < GENERATION_FLAG_SETS; flags++) {
			const struct generation_decision decision =
				decision_with(evidence, flags, ACTION_DROP, MODE_ENFORCE);

			for (enum evidence other = 0; other < EVIDENCE_COUNT; other++)
				for (uint8_t others = 0; others < GENERATION_FLAG_SETS; others++)
					assert_int_equal(verdict_judge(&decision, other, others,
								 MODE_ENFORCE)
								 .apply,
						other == evidence && others == flags);
		}
}

// In the control group what would be enforced is only counted; in the cohort nothing changes.
static void the_control_group_is_in_shadow(void **state)
{
	const struct generation_decision decision =
		decision_with(EVIDENCE_ANSWERED, 9, ACTION_DROP, MODE_ENFORCE);

	(void)state;
	for (enum mode mode = 0; mode < MODE_COUNT; mode++) {
		const struct judgement control = verdict_judge(
			&decision, EVIDENCE_ANSWERED, 9 | SUBSCRIBER_FLAG_CONTROL, mode);
		const struct judgement cohort = verdict_judge(
			&decision, EVIDENCE_ANSWERED, 9 | SUBSCRIBER_FLAG_COHORT, mode);

		assert_int_equal(control.action, mode == MODE_ALERT ? ACTION_ALERT : ACTION_DROP);
		assert_false(control.apply);
		assert_int_equal(cohort.apply, mode == MODE_ENFORCE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_truth),
		cmocka_unit_test(the_right_cell),
		cmocka_unit_test(the_control_group_is_in_shadow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
