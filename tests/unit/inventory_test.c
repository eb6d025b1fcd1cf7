// SPDX-License-Identifier: BSD-3-Clause
#include "control/inventory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/utc.h"
#include "control/store/audit.h"
#include "control/store/settings.h"
#include "tests/unit/scratch.h"

#include <sodium.h>

#include <unistd.h>

#define HEADER "ip,transport,port,level,family,domain\n"

static struct scratch scratch;
static char first_path[PATH_MAX], second_path[PATH_MAX];
static struct config_feed feeds[] = {
	{.name = "first", .path = first_path, .level = 3, .shrink_percent = 50},
	{.name = "second", .path = second_path, .level = 3, .shrink_percent = 50},
};
static struct config_policy_entry entries[] = {
	{.levels = {[4] = true},
		.transports = CONFIG_POLICY_TRANSPORTS,
		.action = ACTION_DROP,
		.mode = MODE_ENFORCE},
};
static struct config config = {
	.feeds = feeds,
	.feed_count = 2,
	.rule_limit = 1000,
	.policy = {.entries = entries, .entry_count = 1, .caps = {[4] = ACTION_SINKHOLE}},
};
static atomic_bool stop;
static struct store *store;
static struct inventory *inventory;
static char error[INVENTORY_ERROR_SIZE];

static void open_inventory(void)
{
	store = store_open(scratch.path, error, sizeof(error));
	if (store == NULL)
		fail_msg("%s", error);
	inventory = inventory_open(&config, store, &stop, error, sizeof(error));
	if (inventory == NULL)
		fail_msg("%s", error);
}

static void close_inventory(void)
{
	inventory_close(inventory);
	store_close(store);
}

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	scratch_path(&scratch, "first.csv", first_path);
	scratch_path(&scratch, "second.csv", second_path);
	scratch_write(&scratch, "first.csv",
		HEADER "198.51.100.1,tcp,23,4,mirai,\n198.51.100.2,tcp,23,3,,example.org\n");
	scratch_write(
		&scratch, "second.csv", HEADER "198.51.100.3,udp,53,4,,\n,,,2,,example.com\n");
	config.rule_limit = 1000;
	atomic_store(&stop, false);
	open_inventory();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close_inventory();
	scratch_remove(&scratch);
	return 0;
}

static void load(bool asked)
{
	const struct inventory_request request = {.ends_rollback = asked, .actor = "test"};

	if (inventory_load(inventory, &request, NULL, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}

static struct generation_header generation(void)
{
	struct generation_header header;

	assert_true(inventory_generation(inventory, &header) >= 0);
	return header;
}

static void save(void)
{
	if (inventory_save(inventory, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}

// As the loader begins.
static void restart(void)
{
	close_inventory();
	open_inventory();
	if (inventory_refresh(inventory, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}

static void test_no_list_at_all(void **state)
{
	struct generation_header header;

	(void)state;
	unlink(first_path);
	unlink(second_path);
	load(false);
	assert_int_equal(inventory_generation(inventory, &header), -1);
	assert_int_equal(header.header_size, 0);
	assert_non_null(strstr(inventory_intake(inventory)->feeds[0].state.problem, "first.csv"));
	save();
}

static void test_load(void **state)
{
	(void)state;
	load(false);
	assert_int_equal(generation().number, 1);
	assert_int_equal(generation().service_count, 3);
	assert_int_equal(catalogue_count(inventory_catalogue(inventory)), 4); // with the domain
}

static void test_same_rules_make_no_generation(void **state)
{
	(void)state;
	load(false);
	scratch_write(&scratch, "first.csv",
		HEADER "198.51.100.2,tcp,23,3,gafgyt,\n198.51.100.1,tcp,23,4,mirai,\n");
	load(false);
	assert_int_equal(generation().number, 1);
	assert_false(inventory_can_roll_back(inventory));
	// What people are told is new all the same.
	const struct indicator *second = catalogue_at(inventory_catalogue(inventory), 1);

	assert_string_equal(second->family, "gafgyt");
}

static void test_one_bad_feed_leaves_the_other(void **state)
{
	(void)state;
	load(false);
	unlink(first_path);
	scratch_write(&scratch, "second.csv",
		HEADER "198.51.100.3,udp,53,4,,\n198.51.100.4,udp,53,4,,\n");
	load(false);
	assert_int_equal(generation().service_count, 4);
	assert_int_equal(generation().number, 2);
}

static void test_selected_feed(void **state)
{
	const bool selected[] = {false, true};
	const struct inventory_request request = {.selected = selected, .actor = "test"};

	(void)state;
	load(false);
	scratch_write(&scratch, "first.csv", HEADER "198.51.100.1,tcp,23,4,,\n");
	scratch_write(&scratch, "second.csv", HEADER "198.51.100.9,udp,53,4,,\n");
	assert_int_equal(inventory_load(inventory, &request, NULL, error, sizeof(error)), 0);
	assert_int_equal(generation().service_count, 3);
}

static void test_too_many_rules_leave_all_as_it_was(void **state)
{
	const struct inventory_request request = {.actor = "test"};

	(void)state;
	load(false);
	config.rule_limit = 3;
	scratch_write(&scratch, "second.csv",
		HEADER "198.51.100.3,udp,53,4,,\n198.51.100.4,udp,53,4,,\n");
	assert_int_equal(inventory_load(inventory, &request, NULL, error, sizeof(error)), -1);
	assert_non_null(strstr(error, "rule_limit"));
	assert_int_equal(generation().service_count, 3);
	assert_int_equal(catalogue_count(inventory_catalogue(inventory)), 4);
}

static void test_rows_outlive_a_restart(void **state)
{
	struct generation_header before;

	(void)state;
	load(false);
	save();
	before = generation();
	unlink(first_path);
	unlink(second_path);
	restart();
	assert_memory_equal(before.digest, generation().digest, sizeof(before.digest));
	load(false);
	assert_int_equal(generation().service_count, 3);
	assert_int_equal(catalogue_count(inventory_catalogue(inventory)), 4);
	const struct indicator *first = catalogue_at(inventory_catalogue(inventory), 0);

	assert_string_equal(first->family, "mirai");
	assert_int_equal(first->sources[0].line, 2);
	assert_string_equal(
		catalogue_at(inventory_catalogue(inventory), 1)->sources[0].domain, "example.org");
	assert_string_equal(catalogue_at(inventory_catalogue(inventory), 3)->domain, "example.com");
}

static void test_interrupted_save_leaves_the_old_rows(void **state)
{
	(void)state;
	load(false);
	save();
	scratch_write(&scratch, "second.csv", HEADER "198.51.100.77,udp,53,4,,\n");
	load(false);
	restart(); // without a save
	assert_int_equal(generation().service_count, 3);
	assert_null(catalogue_find(inventory_catalogue(inventory),
		&(struct address){{[10] = 0xff, 0xff, 198, 51, 100, 77}}, 53, 17));
}

static void test_rollback(void **state)
{
	struct difference *difference;
	uint8_t digest[GENERATION_DIGEST_SIZE];

	(void)state;
	load(false);
	assert_int_equal(
		inventory_rollback(inventory, "test", &difference, error, sizeof(error)), -1);
	assert_non_null(strstr(error, "no list before"));
	memcpy(digest, generation().digest, sizeof(digest));
	save();
	scratch_write(&scratch, "second.csv",
		HEADER "198.51.100.3,udp,53,3,,\n198.51.100.4,udp,53,4,,\n");
	load(false);
	save();
	assert_int_equal(generation().service_count, 4);
	assert_int_equal(
		inventory_rollback(inventory, "test", &difference, error, sizeof(error)), 0);
	assert_int_equal(difference->removed, 1);
	assert_int_equal(difference->changed, 1);
	assert_int_equal(difference->added, 1); // the domain
	difference_free(difference);
	assert_memory_equal(digest, generation().digest, sizeof(digest));
	assert_int_equal(generation().number, 3);
	assert_true(inventory_rolled_back(inventory));
	// The file that was read is not what stands: after a load of another feed it is due again.
	assert_true(intake_changed(inventory_intake(inventory), 0));
	save();

	restart();
	assert_true(inventory_rolled_back(inventory));
	assert_memory_equal(digest, generation().digest, sizeof(digest));
	assert_int_equal(
		inventory_rollback(inventory, "test", &difference, error, sizeof(error)), -1);
	assert_non_null(strstr(error, "already"));

	load(true);
	assert_false(inventory_rolled_back(inventory));
	assert_int_equal(generation().service_count, 4);
	assert_int_equal(inventory_can_roll_back(inventory), true);
}

static void test_previous_rows_outlive_a_restart(void **state)
{
	struct difference *difference;

	(void)state;
	load(false);
	save();
	scratch_write(&scratch, "second.csv", HEADER "198.51.100.4,udp,53,4,,\n");
	load(false);
	save();
	restart();
	load(false);
	assert_int_equal(
		inventory_rollback(inventory, "test", &difference, error, sizeof(error)), 0);
	difference_free(difference);
	assert_non_null(catalogue_find(inventory_catalogue(inventory),
		&(struct address){{[10] = 0xff, 0xff, 198, 51, 100, 3}}, 53, 17));
}

static void test_diff_changes_nothing(void **state)
{
	struct difference *difference;
	struct intake *trial;

	(void)state;
	load(false);
	unlink(first_path);
	scratch_write(&scratch, "second.csv",
		HEADER "198.51.100.3,udp,53,4,,\n198.51.100.4,udp,53,4,,\n,,,2,,example.com\n");
	assert_int_equal(inventory_diff(inventory, &trial, &difference, error, sizeof(error)), 0);
	assert_int_equal(difference->added, 1);
	assert_int_equal(difference->removed, 0);
	assert_int_equal(difference->entry_count, 1);
	assert_non_null(difference->entries[0].after);
	assert_true(trial->feeds[0].state.problem[0] != '\0');
	assert_true(inventory_intake(inventory)->feeds[0].state.problem[0] == '\0');
	assert_int_equal(generation().service_count, 3);
	difference_free(difference);
	intake_free(trial);
}

static uint64_t number_in_memfd(void)
{
	struct generation_header header;
	const int memfd = inventory_generation(inventory, &header);

	assert_int_equal(pread(memfd, &header, sizeof(header), 0), sizeof(header));
	return header.number;
}

static void test_observation(void **state)
{
	struct generation_header running = {.number = 41};

	(void)state;
	inventory_observe(inventory, &running);
	load(false);
	assert_int_equal(generation().number, 42);
	// Ours, from before a restart: its number is the one in use.
	running = generation();
	running.number = 7;
	inventory_observe(inventory, &running);
	assert_int_equal(generation().number, 7);
	assert_int_equal(number_in_memfd(), 7);
	scratch_write(&scratch, "second.csv", HEADER "198.51.100.4,udp,53,4,,\n");
	load(false);
	assert_int_equal(generation().number, 8);
}

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

// One opted out.
static struct flagged *make_flagged(void)
{
	struct flagged *flagged = calloc(1, sizeof(*flagged) + sizeof(flagged->ranges[0]));

	assert_non_null(flagged);
	flagged->count = 1;
	flagged->ranges[0].last_port = 65535;
	flagged->ranges[0].flags = SUBSCRIBER_FLAG_OPT_OUT;
	return flagged;
}

static void test_flags_make_a_generation(void **state)
{
	(void)state;
	load(false);
	assert_int_equal(generation().number, 1);
	inventory_subscribers(inventory, make_flagged());
	assert_int_equal(inventory_refresh(inventory, error, sizeof(error)), 0);
	assert_int_equal(generation().number, 2);
	assert_int_equal(generation().subscriber_count, 1);
	// It is no other list to return to.
	assert_false(inventory_can_roll_back(inventory));
	inventory_subscribers(inventory, make_flagged());
	assert_int_equal(inventory_refresh(inventory, error, sizeof(error)), 0);
	assert_int_equal(generation().number, 2);
}

static void test_nothing_is_made_before_the_mapping_was_read(void **state)
{
	const struct inventory_request request = {.actor = "test"};
	struct generation_header header;

	(void)state;
	config.subscribers.mapping_count = 1;
	assert_int_equal(inventory_load(inventory, &request, NULL, error, sizeof(error)), -1);
	assert_non_null(strstr(error, "who opted out is not known"));
	assert_int_equal(inventory_generation(inventory, &header), -1);
	inventory_subscribers(inventory, make_flagged());
	assert_int_equal(inventory_load(inventory, &request, NULL, error, sizeof(error)), 0);
	assert_int_equal(generation().subscriber_count, 1);
	config.subscribers.mapping_count = 0;
}

static int begin(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_list_at_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_load, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_same_rules_make_no_generation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_one_bad_feed_leaves_the_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_selected_feed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_too_many_rules_leave_all_as_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rows_outlive_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_interrupted_save_leaves_the_old_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rollback, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_previous_rows_outlive_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_diff_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_observation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_audit_tells_every_change_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_audit_tells_of_expiry, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_audit_tells_of_the_guard, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flags_make_a_generation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_nothing_is_made_before_the_mapping_was_read, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
