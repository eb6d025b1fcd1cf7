// SPDX-License-Identifier: BSD-3-Clause

// What is told of the rows that the guard withheld, by a loader without a data plane.

#include "control/report/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "config/config.h"
#include "tests/unit/scratch.h"

#include <sodium.h>

#include <time.h>

static struct scratch scratch;
static char list_path[PATH_MAX], never_path[PATH_MAX], sinkhole_path[PATH_MAX];
static char *never_block[] = {never_path}, *sinkholes[] = {sinkhole_path};
static struct config_feed feeds[] = {
	{.name = "isac", .path = list_path, .level = 3, .refresh_s = 3600, .shrink_percent = 50},
};
static struct config config = {
	.runtime_dir = scratch.path,
	.state_dir = scratch.path,
	.feeds = feeds,
	.feed_count = 1,
	.never_block = never_block,
	.never_block_count = 1,
	.sinkholes = sinkholes,
	.sinkhole_count = 1,
	.rule_limit = 1000,
	.subscribers = {.v4_length = 32, .v6_length = 56},
};
static struct store *store;
static struct control control;

static void await_list(void)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	bool loaded = false;

	while (!loaded) {
		struct loader_view *view = loader_view(control.loader);

		loaded = view->catalogue != NULL;
		loader_view_release(view);
		nanosleep(&pause, NULL);
	}
}

static int set_up(void **state)
{
	char error[512];

	(void)state;
	scratch = scratch_make();
	scratch_path(&scratch, "isac.csv", list_path);
	scratch_path(&scratch, "never.txt", never_path);
	scratch_write(&scratch, "isac.csv",
		"ip,transport,port,level,domain\n"
		"198.51.100.1,tcp,23,4,\n"
		"10.0.0.1,tcp,1,4,\n"
		"198.51.100.9,tcp,1,4,\n"
		",,,4,www.example.net\n");
	scratch_path(&scratch, "sinkholes.txt", sinkhole_path);
	scratch_write(&scratch, "sinkholes.txt", "198.51.100.1\n");
	scratch_write(&scratch, "never.txt", "198.51.100.8/29\nexample.net\n");
	store = store_open(scratch.path, error, sizeof(error));
	assert_non_null(store);
	control = (struct control){.config = &config};
	control.loader = loader_start(&config, store, error, sizeof(error));
	if (control.loader == NULL)
		fail_msg("%s", error);
	await_list();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	loader_stop(control.loader);
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

static json_t *ask(const char *text)
{
	json_t *request = json_loads(text, 0, NULL), *answer;

	assert_non_null(request);
	answer = list_show_json(&control, request);
	json_decref(request);
	return answer;
}

// `protected_by` without the path of never.txt.
static void check_row(const json_t *answer, size_t index, int line, const char *value,
	const char *reason, const char *protected_by)
{
	const json_t *row = json_array_get(json_object_get(answer, "quarantined"), index);
	const char *told = json_string_value(json_object_get(row, "protected_by"));
	const size_t path = strlen(never_path);

	assert_string_equal(json_string_value(json_object_get(row, "feed")), "isac");
	assert_int_equal(json_integer_value(json_object_get(row, "line")), line);
	assert_string_equal(json_string_value(json_object_get(row, "value")), value);
	assert_string_equal(json_string_value(json_object_get(row, "reason")), reason);
	if (protected_by[0] == ':') {
		assert_memory_equal(told, never_path, path);
		told += path;
	}
	assert_string_equal(told, protected_by);
}

static void check_total(const json_t *answer, int total, size_t shown)
{
	assert_int_equal(json_integer_value(json_object_get(answer, "total")), total);
	assert_int_equal(json_integer_value(json_object_get(answer, "left_off")), 0);
	assert_int_equal(json_array_size(json_object_get(answer, "quarantined")), shown);
}

static void all_of_them(void **state)
{
	json_t *answer = ask("{\"quarantined\": true}");

	(void)state;
	check_total(answer, 3, 3);
	check_row(answer, 0, 3, "10.0.0.1", "special-use", "10.0.0.0/8");
	check_row(answer, 1, 4, "198.51.100.9", "never-block", ":1 198.51.100.8/29");
	check_row(answer, 2, 5, "www.example.net", "never-block", ":2 example.net");
	json_decref(answer);
	// The others are where they always were.
	answer = ask("{}");
	assert_int_equal(json_integer_value(json_object_get(answer, "total")), 1);
	assert_null(json_object_get(answer, "quarantined"));
	const json_t *indicator = json_array_get(json_object_get(answer, "indicators"), 0);
	const char *sinkhole = json_string_value(json_object_get(indicator, "sinkhole"));
	assert_non_null(sinkhole);
	assert_string_equal(&sinkhole[strlen(sinkhole_path)], ":1 198.51.100.1");
	assert_string_equal(json_string_value(json_object_get(indicator, "max_action")), "alert");
	json_decref(answer);
}

static void one_of_them(void **state)
{
	json_t *answer = ask("{\"quarantined\": true, \"address\": \"198.51.100.9\"}");

	(void)state;
	check_total(answer, 1, 1);
	check_row(answer, 0, 4, "198.51.100.9", "never-block", ":1 198.51.100.8/29");
	json_decref(answer);
	answer = ask("{\"quarantined\": true, \"address\": \"WWW.Example.net.\"}");
	check_total(answer, 1, 1);
	json_decref(answer);
	answer = ask("{\"quarantined\": true, \"address\": \"198.51.100.1\"}");
	check_total(answer, 0, 0);
	json_decref(answer);
}

static void a_page(void **state)
{
	json_t *answer = ask("{\"quarantined\": true, \"limit\": 1, \"offset\": 1}");

	(void)state;
	check_total(answer, 3, 1);
	check_row(answer, 0, 4, "198.51.100.9", "never-block", ":1 198.51.100.8/29");
	json_decref(answer);
}

static void not_understood(void **state)
{
	json_t *answer = ask("{\"quarantined\": true, \"address\": \"x\"}");

	(void)state;
	assert_non_null(strstr(json_string_value(json_object_get(answer, "error")),
		"\"x\" is no address or domain"));
	json_decref(answer);
	answer = ask("{\"quarantined\": 1}");
	assert_non_null(json_object_get(answer, "error"));
	json_decref(answer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_of_them),
		TEST(one_of_them),
		TEST(a_page),
		TEST(not_understood),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
