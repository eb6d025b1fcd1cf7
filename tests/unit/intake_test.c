// SPDX-License-Identifier: BSD-3-Clause
#include "control/intake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/utc.h"
#include "tests/unit/scratch.h"

#include <unistd.h>

#define HEADER "ip,transport,port,level,valid_until\n"

static struct scratch scratch;
static char list_path[PATH_MAX], never_path[PATH_MAX], sinkhole_path[PATH_MAX];
static char *never_block[] = {never_path}, *sinkholes[] = {sinkhole_path};
static struct config_feed feeds[] = {
	{.name = "isac",
		.path = list_path,
		.format = (char[]){"csv"},
		.level = 3,
		.shrink_percent = 50},
};
static const struct config config = {.feeds = feeds,
	.feed_count = 1,
	.never_block = never_block,
	.never_block_count = 1,
	.sinkholes = sinkholes,
	.sinkhole_count = 1};
static struct intake *intake;

static void write_rows(unsigned count)
{
	char text[4096] = HEADER;

	for (unsigned i = 1; i <= count; i++) {
		const size_t length = strlen(text);

		snprintf(&text[length], sizeof(text) - length, "198.51.100.%u,tcp,23,4,\n", i);
	}
	scratch_write(&scratch, "list.csv", text);
}

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	scratch_path(&scratch, "list.csv", list_path);
	scratch_path(&scratch, "never.txt", never_path);
	scratch_path(&scratch, "sinkholes.txt", sinkhole_path);
	scratch_write(&scratch, "never.txt", "# nobody yet\n");
	scratch_write(&scratch, "sinkholes.txt", "");
	intake = intake_create(&config);
	write_rows(10);
	return intake == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	intake_free(intake);
	scratch_remove(&scratch);
	return 0;
}

static bool read_feed(bool force)
{
	char error[256];
	struct guard *guard = guard_create(&config, error, sizeof(error));
	bool stands;

	if (guard == NULL)
		fail_msg("%s", error);
	stands = intake_read(intake, 0, guard, force);
	guard_free(guard);
	return stands;
}

static size_t count_merged(void)
{
	char error[256];
	struct guard *guard = guard_create(&config, error, sizeof(error));
	struct catalogue *merged =
		intake_merge(intake, guard, (int64_t)(utc_now_ns() / UTC_NS_PER_S));
	size_t count;

	assert_non_null(merged);
	count = catalogue_count(merged);
	catalogue_release(merged);
	guard_free(guard);
	return count;
}

// The reading was refused with these words, and `indicators` stand.
static void expect_refused(const char *words, size_t indicators)
{
	const struct feed_state *feed = &intake->feeds[0].state;

	assert_false(read_feed(false));
	if (strstr(feed->problem, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", feed->problem, words);
	assert_non_null(strstr(feed->problem, list_path));
	assert_true(feed->problem_since_ns > 0);
	assert_int_equal(feed->indicators, indicators);
	assert_int_equal(count_merged(), indicators);
}

static void expect_accepted(bool force, size_t indicators)
{
	const struct feed_state *feed = &intake->feeds[0].state;

	if (!read_feed(force))
		fail_msg("%s", feed->problem);
	assert_string_equal(feed->problem, "");
	assert_int_equal(feed->indicators, indicators);
	assert_int_equal(count_merged(), indicators);
}

static void test_first_reading(void **state)
{
	(void)state;
	assert_false(intake_stands(intake));
	expect_accepted(false, 10);
	assert_true(intake_stands(intake));
	assert_int_equal(intake->feeds[0].state.report.accepted, 10);
	assert_int_equal(intake->feeds[0].state.report.format, FEED_CSV);
}

static void test_unreadable_file(void **state)
{
	(void)state;
	assert_int_equal(unlink(list_path), 0);
	assert_false(read_feed(false));
	assert_false(intake_stands(intake));
	write_rows(10);
	expect_accepted(false, 10);
	assert_int_equal(unlink(list_path), 0);
	expect_refused("No such file", 10);
	assert_false(read_feed(true)); // there is nothing to be forced
	assert_int_equal(count_merged(), 10);
	write_rows(9);
	expect_accepted(false, 9);
}

static void test_empty_file(void **state)
{
	(void)state;
	expect_accepted(false, 10);
	write_rows(0);
	expect_refused("no usable row", 10);
	expect_accepted(true, 0);
	assert_true(intake_stands(intake));
}

static void test_shrunk_file(void **state)
{
	(void)state;
	expect_accepted(false, 10);
	write_rows(4);
	expect_refused("shrank from 10 to 4", 10);
	expect_refused("shrank from 10 to 4", 10); // and again: it is not compared with itself
	write_rows(5);
	expect_accepted(false, 5);
	write_rows(2);
	expect_accepted(true, 2);
}

static void test_never_shrinking_is_configurable(void **state)
{
	(void)state;
	expect_accepted(false, 10);
	feeds[0].shrink_percent = 100;
	write_rows(1);
	expect_accepted(false, 1);
	feeds[0].shrink_percent = 50;
}

static void test_expiry_is_no_loss(void **state)
{
	char text[4096] = HEADER, until[UTC_TEXT_SIZE];

	(void)state;
	utc_format(utc_now_ns() + 2 * UTC_NS_PER_S, 0, until);
	for (unsigned i = 1; i <= 10; i++) {
		const size_t length = strlen(text);

		snprintf(&text[length], sizeof(text) - length, "198.51.100.%u,tcp,23,4,%s\n", i,
			i <= 9 ? until : "");
	}
	scratch_write(&scratch, "list.csv", text);
	expect_accepted(false, 10);
	sleep(3);
	assert_int_equal(count_merged(), 1);
	write_rows(1);
	expect_accepted(false, 1);
}

// What the merge keeps of what the guard forbids.
static void expect_withheld(size_t rows)
{
	char error[256];
	struct guard *guard = guard_create(&config, error, sizeof(error));
	struct catalogue *merged = intake_merge(intake, guard, 0);
	const struct quarantine *withheld = catalogue_withheld(merged);

	assert_int_equal(quarantine_count(withheld), rows);
	for (size_t i = 0; i < rows; i++) {
		const struct quarantined *row = quarantine_at(withheld, i);

		assert_int_equal(row->feed, 0);
		assert_true(row->line > 0);
		assert_int_equal(row->reason, FEED_NEVER_BLOCK);
		assert_non_null(strstr(row->protected_by, "never.txt:1 198.51.100.0/29"));
	}
	catalogue_release(merged);
	guard_free(guard);
}

static void test_never_block_counts_at_the_merge(void **state)
{
	(void)state;
	expect_accepted(false, 10);
	scratch_write(&scratch, "never.txt", "198.51.100.0/29\n");
	assert_int_equal(count_merged(), 3);
	expect_withheld(7);
	// What it forbids is no loss of the feed either.
	expect_accepted(false, 3);
	assert_int_equal(intake->feeds[0].state.report.quarantined, 7);
	// Once, whether it was withheld at the reading or at the merge.
	expect_withheld(7);
}

// How many of the merge are capped as sinkholes; all are, or none.
static size_t count_sinkholes(void)
{
	char error[256];
	struct guard *guard = guard_create(&config, error, sizeof(error));
	struct catalogue *merged = intake_merge(intake, guard, 0);
	size_t count = 0;

	for (size_t i = 0; i < catalogue_count(merged); i++) {
		const struct indicator *indicator = catalogue_at(merged, i);

		assert_int_equal(
			indicator->max_action == ACTION_ALERT, indicator->sinkhole != NULL);
		if (indicator->sinkhole == NULL)
			continue;
		assert_non_null(strstr(indicator->sinkhole, "sinkholes.txt:2 198.51.100.0/29"));
		count++;
	}
	assert_int_equal(catalogue_count(merged), 10);
	catalogue_release(merged);
	guard_free(guard);
	return count;
}

static void test_sinkholes_count_at_the_merge(void **state)
{
	(void)state;
	expect_accepted(false, 10);
	assert_int_equal(count_sinkholes(), 0);
	scratch_write(&scratch, "sinkholes.txt", "# who\n198.51.100.0/29\n");
	assert_int_equal(count_sinkholes(), 7);
	// Told at the reading, and no longer so.
	expect_accepted(false, 10);
	assert_int_equal(count_sinkholes(), 7);
	scratch_write(&scratch, "sinkholes.txt", "");
	assert_int_equal(count_sinkholes(), 0);
}

static void test_change_is_noticed(void **state)
{
	(void)state;
	assert_true(intake_changed(intake, 0));
	expect_accepted(false, 10);
	assert_false(intake_changed(intake, 0));
	write_rows(10); // the same text in another file
	assert_true(intake_changed(intake, 0));
	expect_accepted(false, 10);
	assert_int_equal(unlink(list_path), 0);
	assert_true(intake_changed(intake, 0));
	assert_false(read_feed(false));
	assert_false(intake_changed(intake, 0));
}

static void test_trial_changes_nothing(void **state)
{
	struct intake *trial;
	struct intake *real = intake;

	(void)state;
	expect_accepted(false, 10);
	trial = intake_copy(intake);
	write_rows(7);
	intake = trial;
	expect_accepted(false, 7);
	intake = real;
	assert_int_equal(count_merged(), 10);
	assert_int_equal(intake->feeds[0].state.indicators, 10);
	intake_free(trial);
	assert_int_equal(count_merged(), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_first_reading, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unreadable_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_empty_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shrunk_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_never_shrinking_is_configurable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_expiry_is_no_loss, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_never_block_counts_at_the_merge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_sinkholes_count_at_the_merge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_change_is_noticed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_trial_changes_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
