// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/bindings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/store/claims.h"
#include "tests/unit/scratch.h"

#define NS_PER_S UINT64_C(1000000000)

static struct scratch scratch;
static struct control control;

static void claim(const char *prefix, const char *who, uint64_t start_s, uint64_t end_s)
{
	struct binding binding = {.start_ns = start_s * NS_PER_S,
		.end_ns = end_s * NS_PER_S,
		.heard_ns = start_s * NS_PER_S};

	assert_true(prefix_parse(prefix, strlen(prefix), &binding.prefix));
	strcpy(binding.subscriber, who);
	strcpy(binding.nas, "198.51.100.1");
	strcpy(binding.session, "s1");
	assert_int_equal(store_claim_enter(control.store, 1, &binding, NULL), 0);
}

static int set_up(void **state)
{
	char error[256];

	(void)state;
	scratch = scratch_make();
	control.store = store_open(scratch.path, error, sizeof(error));
	if (control.store == NULL)
		return 1;
	claim("192.0.2.7", "alice", 1700000000, 1700000100);
	claim("192.0.2.7", "bob", 1700000200, 0);
	claim("2001:db8:1::/56", "bob", 1700000200, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(control.store);
	scratch_remove(&scratch);
	return 0;
}

static void assert_answer(const char *request, const char *expected)
{
	json_t *asked = json_loads(request, 0, NULL);
	json_t *answer = bindings_json(&control, asked);
	char *text = json_dumps(answer, JSON_COMPACT);

	assert_non_null(asked);
	if (strstr(text, expected) == NULL)
		fail_msg("%s: %s, which lacks %s", request, text, expected);
	free(text);
	json_decref(answer);
	json_decref(asked);
}

static void says_who_held_it_then(void **state)
{
	(void)state;
	assert_answer("{\"address\": \"192.0.2.7\", \"at\": \"2023-11-14T22:13:20Z\"}",
		"{\"at\":\"2023-11-14T22:13:20.000Z\",\"bindings\":[{\"prefix\":\"192.0.2.7\","
		"\"subscriber\":\"alice\",\"start\":\"2023-11-14T22:13:20.000Z\","
		"\"end\":\"2023-11-14T22:15:00.000Z\",\"last_heard\":\"2023-11-14T22:13:20.000Z\","
		"\"nas\":\"198.51.100.1\",\"session\":\"s1\",\"calling_station\":null,"
		"\"nas_port\":null}]}");
	assert_answer(
		"{\"address\": \"192.0.2.7\", \"at\": \"2023-11-14 22:15:00\"}", "\"bindings\":[]");
	assert_answer("{\"address\": \"2001:db8:1:ff::9\", \"at\": \"2026-11-22\"}", "\"bob\"");
}

static void lists_what_is_and_was(void **state)
{
	(void)state;
	assert_answer("{\"address\": \"192.0.2.7\"}", "\"subscriber\":\"alice\"");
	assert_answer("{\"address\": \"192.0.2.7\", \"limit\": 1}", "\"subscriber\":\"bob\"");
	assert_answer("{}", "\"prefix\":\"2001:db8:1::/56\"");
	assert_answer("{\"subscriber\": \"bob\"}", "\"end\":null");
	assert_answer("{\"subscriber\": \"alice\"}", "{\"at\":null,\"bindings\":[]}");
}

static void refuses_what_it_does_not_understand(void **state)
{
	(void)state;
	assert_answer("{\"address\": \"192.0.2\"}", "\\\"192.0.2\\\" is no address");
	assert_answer("{\"address\": \"192.0.2.7\", \"at\": \"yesterday\"}",
		"\\\"yesterday\\\" is no time; write it in UTC");
	assert_answer("{\"at\": \"2026-11-22\"}", "a time asks for an address");
	assert_answer("{\"limit\": 0}", "limit 0 is not in 1..100000");
	assert_answer("{\"address\": 7}", "\"error\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_who_held_it_then),
		TEST(lists_what_is_and_was),
		TEST(refuses_what_it_does_not_understand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
