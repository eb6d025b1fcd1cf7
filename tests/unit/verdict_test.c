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
				const char what = action == ACTION_DROP ? drops[most][mode] : '.';

				assert_int_equal(
					judgement.action, what == '.' ? ACTION_ALERT : ACTION_DROP);
				assert_int_equal(judgement.verdict,
					what == 'd' ? VERDICT_DROP : VERDICT_FORWARD);
				assert_int_equal(judgement.would_drop, what == 'w');
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
								 .verdict,
						other == evidence && others == flags
							? VERDICT_DROP
							: VERDICT_FORWARD);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_truth),
		cmocka_unit_test(the_right_cell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
