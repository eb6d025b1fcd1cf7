// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/inventory_feeds.h"

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
		cmocka_unit_test_setup_teardown(test_flags_make_a_generation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_nothing_is_made_before_the_mapping_was_read, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
