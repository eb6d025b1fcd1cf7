// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "control/request.h"
#include "tests/unit/audit_store.h"

// As the control plane's socket would.
static json_t *ask(const char *text)
{
	const struct control control = {.store = store};
	json_t *request = json_loads(text, 0, NULL), *answer;

	assert_non_null(request);
	answer = request_answer(&control, request, "alice", 0);
	json_decref(request);
	return answer;
}

static void entries(void **state)
{
	const json_t *entry;
	json_t *answer;
	char head[CHAIN_TEXT_SIZE];

	(void)state;
	add_entries(3);
	answer = ask("{\"command\": \"audit\", \"limit\": 2}");
	assert_int_equal(json_array_size(json_object_get(answer, "entries")), 2);
	entry = json_array_get(json_object_get(answer, "entries"), 0);
	chain_format(prove().head, head);
	assert_int_equal(json_integer_value(json_object_get(entry, "id")), 3);
	assert_string_equal(json_string_value(json_object_get(entry, "actor")), "alice");
	assert_string_equal(json_string_value(json_object_get(entry, "action")), "mode");
	assert_string_equal(json_string_value(json_object_get(entry, "from")), "alert");
	assert_string_equal(json_string_value(json_object_get(entry, "to")), "shadow");
	assert_string_equal(json_string_value(json_object_get(entry, "detail")), "change 2");
	assert_string_equal(json_string_value(json_object_get(entry, "hash")), head);
	assert_non_null(strchr(json_string_value(json_object_get(entry, "time")), 'Z'));
	json_decref(answer);
	answer = ask("{\"command\": \"audit\"}");
	assert_int_equal(json_array_size(json_object_get(answer, "entries")), 3);
	json_decref(answer);
}

static void not_understood(void **state)
{
	static const char *const requests[] = {"{\"command\": \"audit\", \"limit\": 0}",
		"{\"command\": \"audit\", \"limit\": 10001}",
		"{\"command\": \"audit\", \"limit\": \"x\"}"};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		json_t *answer = ask(requests[i]);

		assert_non_null(json_object_get(answer, "error"));
		json_decref(answer);
	}
}

static void verification(void **state)
{
	json_t *answer;

	(void)state;
	add_entries(3);
	answer = ask("{\"command\": \"audit-verify\"}");
	assert_true(json_is_true(json_object_get(answer, "unbroken")));
	assert_int_equal(json_integer_value(json_object_get(answer, "entries")), 3);
	assert_int_equal(json_integer_value(json_object_get(answer, "cut")), 0);
	assert_true(json_is_null(json_object_get(answer, "broken_entry")));
	assert_true(json_is_null(json_object_get(answer, "problem")));
	json_decref(answer);
	tamper("UPDATE audit SET actor = 'mallory' WHERE id = 2");
	answer = ask("{\"command\": \"audit-verify\"}");
	assert_true(json_is_false(json_object_get(answer, "unbroken")));
	assert_int_equal(json_integer_value(json_object_get(answer, "broken_entry")), 2);
	assert_true(json_is_string(json_object_get(answer, "problem")));
	json_decref(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(entries), TEST(not_understood), TEST(verification)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
