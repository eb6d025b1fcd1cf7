// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/inventory_feeds.h"

// What the audit log says, oldest last: "ACTION " each.
static void note_action(void *context, const struct audit_entry *entry)
{
	char *actions = context;
	const size_t used = strlen(actions);

	snprintf(actions + used, 256 - used, "%s ", entry->action);
}

static void expect_actions(const char *expected)
{
	char actions[256] = "";

	assert_int_equal(store_audit_list(store, 20, note_action, actions), 0);
	assert_string_equal(actions, expected);
}

static void refresh(void)
{
	if (inventory_refresh(inventory, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}

static void check_entry(void *context, const struct audit_entry *entry)
{
	(void)context;
	check_expected(entry->action);
	check_expected(entry->from);
	check_expected(entry->to);
}

static void expect_change(const char *action, const char *from, const char *to)
{
	expect_string(check_entry, entry->action, action);
	expect_string(check_entry, entry->from, from);
	expect_string(check_entry, entry->to, to);
	assert_int_equal(store_audit_list(store, 1, check_entry, NULL), 0);
}

static void name_generation(char text[SETTING_VALUE_SIZE])
{
	const struct generation_header header = generation();
	char digest[CHAIN_TEXT_SIZE];

	chain_format(header.digest, digest);
	snprintf(text, SETTING_VALUE_SIZE, "generation %d %.12s", (int)header.number, digest);
}

static void test_audit_tells_every_change_once(void **state)
{
	struct difference *difference;
	char first[SETTING_VALUE_SIZE], second[SETTING_VALUE_SIZE], third[SETTING_VALUE_SIZE];

	(void)state;
	load(false);
	name_generation(first);
	expect_change("load", "", first);
	expect_actions("load guard ");
	// The same rules, and a start that finds all as it was, are no news.
	load(false);
	restart();
	refresh();
	load(false);
	expect_actions("load guard ");

	scratch_write(&scratch, "second.csv", HEADER "198.51.100.4,udp,53,4,,\n");
	load(false);
	name_generation(second);
	expect_change("load", first, second);
	assert_int_equal(unlink(second_path), 0);
	load(false);
	expect_actions("refuse load load guard ");
	// Still the same trouble.
	load(false);
	expect_actions("refuse load load guard ");
	assert_int_equal(
		inventory_rollback(inventory, "alice", &difference, error, sizeof(error)), 0);
	difference_free(difference);
	name_generation(third);
	expect_change("rollback", second, third);
}

static void test_audit_tells_of_expiry(void **state)
{
	char first[SETTING_VALUE_SIZE], second[SETTING_VALUE_SIZE], text[UTC_TEXT_SIZE], list[256];
	const uint64_t soon_ns = utc_now_ns() + 2 * UTC_NS_PER_S;

	(void)state;
	utc_format(soon_ns, 0, text);
	snprintf(list, sizeof(list),
		"ip,transport,port,level,valid_until\n198.51.100.1,tcp,23,4,%s\n"
		"198.51.100.9,tcp,23,4,\n",
		text);
	scratch_write(&scratch, "first.csv", list);
	load(false);
	name_generation(first);
	while (utc_now_ns() < soon_ns)
		usleep(10000);
	refresh();
	name_generation(second);
	assert_string_not_equal(first, second);
	expect_change("refresh", first, second);
	refresh();
	expect_actions("refresh load guard ");
}

static void test_audit_tells_of_the_guard(void **state)
{
	static char never_path[PATH_MAX];
	char *never_block[] = {never_path};

	(void)state;
	load(false);
	scratch_path(&scratch, "never.txt", never_path);
	scratch_write(&scratch, "never.txt", "203.0.113.1\n");
	config.never_block = never_block;
	config.never_block_count = 1;
	// It forbids nothing that is listed: the generation stays.
	refresh();
	config.never_block_count = 0;
	expect_actions("guard load guard ");
}

static int begin(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_audit_tells_every_change_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_audit_tells_of_expiry, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_audit_tells_of_the_guard, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
