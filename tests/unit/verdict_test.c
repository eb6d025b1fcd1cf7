// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void only_enforce_touches_a_packet(void **state)
{
	(void)state;
	for (enum action action = 0; action < ACTION_COUNT; action++) {
		for (enum mode mode = 0; mode < MODE_COUNT; mode++) {
			struct judgement judgement = verdict_judge(action, mode);
			bool drop = action == ACTION_DROP;

			assert_int_equal(judgement.action,
				drop && mode != MODE_ALERT ? ACTION_DROP : ACTION_ALERT);
			assert_int_equal(judgement.verdict,
				drop && mode == MODE_ENFORCE ? VERDICT_DROP : VERDICT_FORWARD);
			assert_int_equal(judgement.would_drop, drop && mode == MODE_SHADOW);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_enforce_touches_a_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
