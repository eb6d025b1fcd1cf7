// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/verdict.h"

#include "dataplane/api/generation_layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// What a drop rule comes to, by flags, in their order: opt-out 1, consented 2, exempt 4, watch 8.
// 'd' drops, '-' does not.
static const char *const touched[CONSENT_COUNT] = {
	[CONSENT_OPT_OUT] = "d-d-----d-d-----",
	[CONSENT_OPT_IN] = "--d-------d-----",
};

static void the_whole_truth(void **state)
{
	(void)state;
	for (enum action action = 0; action < ACTION_COUNT; action++)
		for (enum mode mode = 0; mode < MODE_COUNT; mode++)
			for (enum consent consent = 0; consent < CONSENT_COUNT; consent++)
				for (uint8_t flags = 0; flags <= SUBSCRIBER_FLAGS; flags++) {
					const struct judgement judgement =
						verdict_judge(action, flags, consent, mode);
					const bool drop = action == ACTION_DROP &&
							  touched[consent][flags & 15] == 'd';
					const bool control = flags & SUBSCRIBER_FLAG_CONTROL;

					assert_int_equal(judgement.action,
						drop && mode != MODE_ALERT ? ACTION_DROP
									   : ACTION_ALERT);
					assert_int_equal(judgement.verdict,
						drop && mode == MODE_ENFORCE && !control
							? VERDICT_DROP
							: VERDICT_FORWARD);
					assert_int_equal(judgement.would_drop,
						drop && (mode == MODE_SHADOW ||
								(mode == MODE_ENFORCE && control)));
				}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
