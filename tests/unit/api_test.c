// SPDX-License-Identifier: BSD-3-Clause

// The whole control plane but its main, in a thread of its own, without a data plane: what its
// socket answers, to good requests and bad ones.

#include "control/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/api_fixture.h"

static void test_status(void **state)
{
	json_t *answer;

	(void)state;
	load("{\"command\":\"list-load\"}", 2); // so that the first load is over
	answer = ask("{\"command\":\"status\"}");
	assert_true(json_is_false(json_object_get(answer, "healthy")));
	assert_int_equal(json_array_size(json_object_get(answer, "problems")), 1);
	assert_true(json_is_null(json_object_get(answer, "generation")));
	assert_string_equal(string(json_object_get(answer, "mode"), "current"), "shadow");
	assert_true(json_is_null(json_object_get(json_object_get(answer, "mode"), "set_by")));
	const json_t *feed = json_array_get(json_object_get(answer, "feeds"), 0);

	assert_int_equal(integer(feed, "accepted"), 2);
	assert_string_equal(string(feed, "format"), "csv");
	assert_int_equal(integer(answer, "infected_subscribers"), 0);
	json_decref(answer);
}

static void test_mode_outlives_a_restart(void **state)
{
	json_t *answer = ask("{\"command\":\"mode\",\"mode\":\"enforce\"}");

	(void)state;
	assert_string_equal(string(answer, "mode"), "enforce");
	assert_string_equal(string(answer, "previous"), "shadow");
	assert_string_equal(string(answer, "configured"), "shadow");
	assert_non_null(strstr(string(answer, "set_by"), "uid "));
	assert_non_null(strstr(string(answer, "problem"), "no data plane"));
	json_decref(answer);
	stop();
	start();
	answer = ask("{\"command\":\"mode\"}");
	assert_string_equal(string(answer, "mode"), "enforce");
	assert_true(json_is_null(json_object_get(answer, "problem")));
	json_decref(answer);
}

static void test_load_and_rollback(void **state)
{
	json_t *answer;

	(void)state;
	load("{\"command\":\"list-load\"}", 2);
	expect_error("{\"command\":\"list-rollback\"}", "no list before");
	write_list("198.51.100.1,tcp,23,4,\n198.51.100.2,udp,53,2,\n198.51.100.3,tcp,1,4,\n");
	load("{\"command\":\"list-load\",\"feeds\":[\"isac\"]}", 3);
	load("{\"command\":\"list-rollback\"}", 2);
	answer = ask("{\"command\":\"list-diff\"}");
	assert_int_equal(integer(answer, "added"), 1);
	const json_t *row = json_array_get(json_object_get(answer, "rows"), 0);

	assert_string_equal(string(row, "change"), "added");
	assert_string_equal(string(row, "address"), "198.51.100.3");
	assert_string_equal(string(row, "action_after"), "drop");
	assert_true(json_is_null(json_object_get(row, "level_before")));
	json_decref(answer);
	write_list("198.51.100.1,tcp,23,4,\n");
	answer = ask("{\"command\":\"list-load\",\"force\":true}");
	assert_int_equal(integer(json_object_get(answer, "difference"), "removed"), 1);
	assert_true(json_is_true(json_object_get(answer, "changed")));
	json_decref(answer);
}

static void test_show(void **state)
{
	json_t *answer;

	(void)state;
	load("{\"command\":\"list-load\"}", 2);
	answer = ask("{\"command\":\"list-show\",\"address\":\"198.51.100.1\",\"port\":23}");
	assert_int_equal(integer(answer, "total"), 1);
	const json_t *indicator = json_array_get(json_object_get(answer, "indicators"), 0);

	assert_string_equal(string(indicator, "family"), "mirai");
	assert_string_equal(string(indicator, "action"), "drop");
	const json_t *source = json_array_get(json_object_get(indicator, "sources"), 0);

	assert_string_equal(string(source, "feed"), "isac");
	assert_int_equal(integer(source, "line"), 2);
	json_decref(answer);
	answer = ask("{\"command\":\"list-show\",\"address\":\"198.51.100.1\",\"port\":24}");
	assert_int_equal(integer(answer, "total"), 0);
	json_decref(answer);
	answer = ask("{\"command\":\"list-show\",\"limit\":1,\"offset\":1}");
	assert_int_equal(integer(answer, "total"), 2);
	assert_int_equal(json_array_size(json_object_get(answer, "indicators")), 1);
	json_decref(answer);
}

static void test_bad_requests(void **state)
{
	(void)state;
	expect_error("", "not JSON");
	expect_error("status", "not JSON");
	expect_error("[]", "command");
	expect_error("{}", "command");
	expect_error("{\"command\":7}", "command");
	expect_error("{\"command\":\"statu\"}", "\"statu\" is no command");
	expect_error("{\"command\":\"mode\",\"mode\":\"block\"}", "alert, shadow, enforce");
	expect_error("{\"command\":\"mode\",\"mode\":null}", "alert, shadow, enforce");
	expect_error("{\"command\":\"contacts\",\"limit\":0}", "limit 0");
	expect_error("{\"command\":\"contacts\",\"limit\":\"x\"}", "contacts: ");
	expect_error("{\"command\":\"contacts\",\"subscriber\":\"100.64.0.1/8\"}", "100.64.0.1/8");
	expect_error("{\"command\":\"subscribers\",\"limit\":-1}", "limit -1");
	expect_error("{\"command\":\"contacts\",\"subscriber\":\"\"}", "nobody's name");
	expect_error("{\"command\":\"contacts\",\"since\":\"yesterday\"}", "\"yesterday\"");
	expect_error("{\"command\":\"contacts\",\"since\":7}", "contacts: ");
	expect_error("{\"command\":\"contacts\",\"since\":\"2026-11-22T06:30:00Z\","
		     "\"until\":\"2026-11-22T06:29:59Z\"}",
		"before since");
	expect_error("{\"command\":\"contacts\",\"evidence\":\"sure\"}", "\"sure\"");
	expect_error("{\"command\":\"contacts\",\"familly\":\"mirai\"}", "familly");
	expect_error("{\"command\":\"subscribers\",\"evidence\":\"unsolicited\"}",
		"none against anybody");
	expect_error("{\"command\":\"list-show\",\"address\":\"example.org\"}", "example.org");
	expect_error("{\"command\":\"list-show\",\"port\":65536}", "65536");
	expect_error("{\"command\":\"list-show\",\"offset\":-1}", "offset");
	expect_error("{\"command\":\"list-load\",\"feeds\":[\"nosuch\"]}", "\"nosuch\" is no feed");
	expect_error("{\"command\":\"list-load\",\"feeds\":\"isac\"}", "array");
	expect_error("{\"command\":\"list-load\",\"feeds\":[1]}", "string");
}

static void test_several_requests_on_one_connection(void **state)
{
	static const char requests[] = "{\"command\":\"list-diff\"}\n{\"command\":\"nosuch\"}\n"
				       "{\"command\":\"list-diff\"}\n";
	const int fd = reach();
	char text[65536] = "";
	size_t length = 0;
	const char *line = text;

	(void)state;
	assert_int_equal(send(fd, requests, strlen(requests), MSG_NOSIGNAL), strlen(requests));
	shutdown(fd, SHUT_WR); // the answers come nevertheless
	for (ssize_t got; (got = recv(fd, &text[length], sizeof(text) - 1 - length, 0)) > 0;)
		length += (size_t)got;
	close(fd);
	// In order, though the loader's answers take longer.
	assert_memory_equal(line, "{\"added\"", 8);
	line = strchr(line, '\n') + 1;
	assert_memory_equal(line, "{\"error\"", 8);
	line = strchr(line, '\n') + 1;
	assert_memory_equal(line, "{\"added\"", 8);
}

static void test_endless_line(void **state)
{
	const int fd = reach();
	char junk[4096];
	json_t *answer;

	(void)state;
	memset(junk, '{', sizeof(junk));
	for (size_t sent = 0; sent < 2 * API_REQUEST_MAX; sent += sizeof(junk))
		if (send(fd, junk, sizeof(junk), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
	answer = receive(fd);
	assert_non_null(strstr(string(answer, "error"), "one line"));
	json_decref(answer);
	assert_null(receive(fd));
	close(fd);
}

static void test_silent_clients_keep_nobody_out(void **state)
{
	int silent[2 * API_CLIENTS_MAX];

	(void)state;
	for (size_t i = 0; i < 2 * API_CLIENTS_MAX; i++)
		silent[i] = reach();
	json_decref(ask("{\"command\":\"mode\"}"));
	for (size_t i = 0; i < 2 * API_CLIENTS_MAX; i++)
		close(silent[i]);
}

static void test_impatient_client(void **state)
{
	static const char request[] = "{\"command\":\"list-diff\"}\n";

	(void)state;
	for (int i = 0; i < 2 * LOADER_JOBS_MAX; i++) {
		const int fd = reach();

		assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
		close(fd);
	}
	json_decref(ask("{\"command\":\"status\"}"));
}

static void test_second_control_plane_is_refused(void **state)
{
	struct event_base *base = event_base_new();
	const struct control control = {.config = &config};
	char error[512];

	(void)state;
	assert_null(api_create(base, &control, error, sizeof(error)));
	assert_non_null(strstr(error, "another sekisho-control"));
	event_base_free(base);
	json_decref(ask("{\"command\":\"mode\"}")); // the first one is undisturbed
}

static void test_changed_file_is_loaded(void **state)
{
	json_int_t total = 0;

	(void)state;
	load("{\"command\":\"list-load\"}", 2);
	write_list("198.51.100.1,tcp,23,4,\n198.51.100.2,udp,53,2,\n198.51.100.3,tcp,1,4,\n");
	for (int i = 0; i < 200 && total != 3; i++) {
		json_t *answer = ask("{\"command\":\"list-show\"}");

		total = integer(answer, "total");
		json_decref(answer);
		usleep(100000);
	}
	assert_int_equal(total, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mode_outlives_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_load_and_rollback, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_show, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_requests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_several_requests_on_one_connection, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_endless_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_silent_clients_keep_nobody_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_impatient_client, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_second_control_plane_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changed_file_is_loaded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
