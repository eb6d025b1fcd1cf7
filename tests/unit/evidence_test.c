// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/api/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void evidence_follows_from_the_flags(void **state)
{
	static const struct {
		uint8_t seen;
		enum evidence evidence;
	} cases[] = {
		{0, EVIDENCE_UNSOLICITED},
		{SEEN_DOWN, EVIDENCE_UNSOLICITED},
		{SEEN_DOWN | SEEN_DOWN_PAYLOAD, EVIDENCE_UNSOLICITED},
		{SEEN_UP, EVIDENCE_ATTEMPTED},
		{SEEN_UP | SEEN_UP_PAYLOAD, EVIDENCE_ATTEMPTED},
		{SEEN_UP | SEEN_DOWN, EVIDENCE_ANSWERED},
		{SEEN_UP | SEEN_DOWN | SEEN_DOWN_PAYLOAD, EVIDENCE_ANSWERED},
		{SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN, EVIDENCE_ANSWERED},
		{SEEN_DOWN | SEEN_DOWN_REPLY, EVIDENCE_ANSWERED}, // asymmetric path
		{SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN | SEEN_DOWN_PAYLOAD, EVIDENCE_CONVERSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(evidence_of(cases[i].seen), cases[i].evidence);
}

// Flags are OR-ed as workers report: what is known never becomes less.
static void evidence_only_grows(void **state)
{
	(void)state;
	for (unsigned seen = 0; seen < 32; seen++) {
		for (unsigned more = 0; more < 32; more++)
			assert_true(
				evidence_of((uint8_t)(seen | more)) >= evidence_of((uint8_t)seen));
	}
}

static void evidence_has_names(void **state)
{
	(void)state;
	assert_string_equal(evidence_name(EVIDENCE_UNSOLICITED), "unsolicited");
	assert_string_equal(evidence_name(EVIDENCE_ATTEMPTED), "attempted");
	assert_string_equal(evidence_name(EVIDENCE_ANSWERED), "answered");
	assert_string_equal(evidence_name(EVIDENCE_CONVERSED), "conversed");
	assert_string_equal(evidence_name(EVIDENCE_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_follows_from_the_flags),
		cmocka_unit_test(evidence_only_grows),
		cmocka_unit_test(evidence_has_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
