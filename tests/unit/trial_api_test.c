// SPDX-License-Identifier: BSD-3-Clause

// Trials and their report on the control plane's socket.

#include "tests/unit/control_plane.h"

static void test_trial(void **state)
{
	const json_t *trial;
	json_t *answer;

	(void)state;
	load("{\"command\":\"list-load\"}", 2);
	expect_error("{\"command\":\"trial-end\"}", "none is running");
	expect_error("{\"command\":\"trial-start\",\"name\":\"pilot\"}", "per_mille");
	expect_error("{\"command\":\"trial-start\",\"name\":\"pilot\",\"per_mille\":1001}",
		"per_mille 1001 is not in 0..1000");
	expect_error("{\"command\":\"report-effect\"}", "no trial is running");
	answer = ask("{\"command\":\"trial-start\",\"name\":\"pilot\",\"per_mille\":100,"
		     "\"note\":\"first\"}");
	trial = json_object_get(answer, "trial");
	assert_string_equal(string(trial, "name"), "pilot");
	assert_string_equal(string(trial, "note"), "first");
	assert_int_equal(integer(trial, "per_mille"), 100);
	assert_non_null(
		strstr(string(json_array_get(json_object_get(trial, "phases"), 0), "by"), "uid "));
	assert_non_null(strstr(string(answer, "problem"), "the mode is shadow"));
	json_decref(answer);
	expect_error(
		"{\"command\":\"trial-start\",\"name\":\"b\",\"per_mille\":1}", "pilot is running");
	answer = ask("{\"command\":\"report-effect\"}");
	assert_string_equal(
		string(json_array_get(
			       json_object_get(json_array_get(json_object_get(answer, "strata"), 0),
				       "measures"),
			       0),
			"finding"),
		"too few");
	json_decref(answer);
	// It outlives a restart.
	stop();
	start();
	answer = ask("{\"command\":\"status\"}");
	assert_string_equal(string(json_object_get(answer, "trial"), "name"), "pilot");
	json_decref(answer);
	answer = ask("{\"command\":\"trial-change\",\"per_mille\":1000}");
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(answer, "trial"), "phases")), 2);
	json_decref(answer);
	expect_error("{\"command\":\"report-effect\"}", "nobody to compare");
	answer = ask("{\"command\":\"trial-end\"}");
	assert_true(json_is_false(json_object_get(json_object_get(answer, "trial"), "running")));
	assert_true(json_is_null(json_object_get(answer, "problem")));
	json_decref(answer);
	answer = ask("{\"command\":\"trials\"}");
	assert_int_equal(json_array_size(json_object_get(answer, "trials")), 1);
	json_decref(answer);
	expect_error("{\"command\":\"trials\",\"name\":\"nobody\"}", "none is called");
}

static void test_effect_asks_well(void **state)
{
	json_t *answer;

	(void)state;
	expect_error("{\"command\":\"report-effect\",\"before\":\"2026-11-01..2026-11-02\"}",
		"go together");
	expect_error("{\"command\":\"report-effect\",\"before\":\"2026-11-01..2026-11-02\","
		     "\"after\":\"2026-11-05..2026-11-09\"}",
		"before has 2 days and after 5");
	expect_error("{\"command\":\"report-effect\",\"before\":\"2026-11-01..2026-11-05\","
		     "\"after\":\"2026-11-05..2026-11-09\"}",
		"does not end before");
	expect_error("{\"command\":\"report-effect\",\"before\":\"2026-11-01\","
		     "\"after\":\"2026-11-05..2026-11-09\"}",
		"days are written");
	expect_error("{\"command\":\"report-effect\",\"quiet_days\":0}", "quiet_days 0");
	expect_error("{\"command\":\"report-effect\",\"trial\":\"x\",\"after\":\"y\"}", "not both");
	answer = ask("{\"command\":\"report-effect\",\"before\":\"2026-11-01..2026-11-05\","
		     "\"after\":\"2026-11-06..2026-11-10\"}");
	assert_string_equal(
		string(json_object_get(answer, "before"), "from"), "2026-11-01T00:00:00.000Z");
	assert_string_equal(
		string(json_object_get(answer, "after"), "until"), "2026-11-11T00:00:00.000Z");
	json_decref(answer);
}

static int begin(void **state)
{
	(void)state;
	json_object_seed(0);
	signal(SIGPIPE, SIG_IGN); // as main does: a client may go before its answer comes
	return sodium_init() < 0;
}

static int end(void **state)
{
	(void)state;
	libevent_global_shutdown();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_trial, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_effect_asks_well, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
