// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/settings.h"
#include "control/store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/scratch.h"

static struct scratch scratch;
static struct store *store;

static int set_up(void **state)
{
	char error[256];

	(void)state;
	scratch = scratch_make();
	store = store_open(scratch.path, error, sizeof(error));
	assert_non_null(store);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

static void reopen(void)
{
	char error[256];

	store_close(store);
	store = store_open(scratch.path, error, sizeof(error));
	if (store == NULL)
		fail_msg("%s", error);
}

static void test_settings(void **state)
{
	struct setting setting;

	(void)state;
	assert_int_equal(store_setting_get(store, SETTING_MODE, &setting), 0);
	assert_int_equal(store_setting_set(store, SETTING_MODE, "shadow", "alice"), 0);
	assert_int_equal(store_setting_set(store, SETTING_MODE, "enforce", "bob"), 0);
	reopen();
	assert_int_equal(store_setting_get(store, SETTING_MODE, &setting), 1);
	assert_string_equal(setting.value, "enforce");
	assert_string_equal(setting.actor, "bob");
	assert_true(setting.changed_ns > 0);
}

static void test_newer_schema_is_refused(void **state)
{
	char error[256];

	(void)state;
	assert_int_equal(store_script(store, "PRAGMA user_version = 1000"), 0);
	assert_null(store_open(scratch.path, error, sizeof(error)));
	assert_non_null(strstr(error, "newer version"));
	assert_non_null(strstr(error, STORE_FILE));
}

static void test_missing_directory_is_named(void **state)
{
	char error[256];

	(void)state;
	assert_null(store_open("/nowhere/at/all", error, sizeof(error)));
	assert_non_null(strstr(error, "/nowhere/at/all"));
	assert_non_null(strstr(error, "state_dir"));
}

static void test_foreign_file_is_refused(void **state)
{
	struct scratch other = scratch_make();
	char error[256];

	(void)state;
	scratch_write(&other, STORE_FILE,
		"This is no database, though it is longer than the header of one would be: "
		"one hundred bytes.");
	assert_null(store_open(other.path, error, sizeof(error)));
	assert_non_null(strstr(error, "not a database"));
	scratch_remove(&other);
}

static void test_two_connections(void **state)
{
	char error[256];
	struct store *other = store_open(scratch.path, error, sizeof(error));
	struct setting setting;

	(void)state;
	assert_non_null(other);
	assert_int_equal(store_begin(other), 0);
	assert_int_equal(store_setting_set(other, SETTING_MODE, "shadow", "alice"), 0);
	// A reader sees the state before, and does not wait.
	assert_int_equal(store_setting_get(store, SETTING_MODE, &setting), 0);
	assert_int_equal(store_commit(other), 0);
	assert_int_equal(store_setting_get(store, SETTING_MODE, &setting), 1);
	store_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_settings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_newer_schema_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_missing_directory_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_foreign_file_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_two_connections, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
