// SPDX-License-Identifier: BSD-3-Clause
#include "control/quarantine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void add(struct quarantine *quarantine, uint16_t feed, uint32_t line)
{
	const struct quarantined row = {
		feed, line, FEED_NEVER_BLOCK, "198.51.100.1", "never.txt:1 198.51.100.0/24"};

	assert_true(quarantine_add(quarantine, &row));
}

static void keeps_copies(void **state)
{
	struct quarantine *quarantine = quarantine_create();
	char value[] = "198.51.100.9", protected_by[] = "198.51.100.0/24";
	struct quarantined row = {3, 7, FEED_OWN_PREFIX, value, protected_by};

	(void)state;
	assert_non_null(quarantine);
	assert_true(quarantine_add(quarantine, &row));
	value[0] = protected_by[0] = 'x';
	assert_int_equal(quarantine_count(quarantine), 1);
	assert_int_equal(quarantine_at(quarantine, 0)->feed, 3);
	assert_int_equal(quarantine_at(quarantine, 0)->line, 7);
	assert_int_equal(quarantine_at(quarantine, 0)->reason, FEED_OWN_PREFIX);
	assert_string_equal(quarantine_at(quarantine, 0)->value, "198.51.100.9");
	assert_string_equal(quarantine_at(quarantine, 0)->protected_by, "198.51.100.0/24");
	quarantine_free(quarantine);
	quarantine_free(NULL);
}

// Of each feed: a flood of one leaves room for another.
static void bounded_by_feed(void **state)
{
	struct quarantine *quarantine = quarantine_create(), *all = quarantine_create();

	(void)state;
	for (uint32_t i = 0; i < QUARANTINE_ROWS_MAX + 5; i++)
		add(quarantine, 1, i + 1);
	assert_int_equal(quarantine_count(quarantine), QUARANTINE_ROWS_MAX);
	assert_int_equal(quarantine_left_off(quarantine), 5);
	add(quarantine, 0, 1);
	assert_int_equal(quarantine_count(quarantine), QUARANTINE_ROWS_MAX + 1);
	assert_int_equal(quarantine_left_off(quarantine), 5);

	// Under another number, as one feed: one row more than it may have.
	assert_true(quarantine_add_all(all, quarantine, 9));
	assert_int_equal(quarantine_count(all), QUARANTINE_ROWS_MAX);
	assert_int_equal(quarantine_left_off(all), 6);
	assert_int_equal(quarantine_at(all, 0)->feed, 9);
	quarantine_free(all);
	quarantine_free(quarantine);
}

static void cut_makes_room_again(void **state)
{
	struct quarantine *quarantine = quarantine_create();

	(void)state;
	add(quarantine, 0, 1);
	for (uint32_t i = 1; i < QUARANTINE_ROWS_MAX; i++)
		add(quarantine, 0, i + 1);
	quarantine_cut(quarantine, 1);
	assert_int_equal(quarantine_count(quarantine), 1);
	add(quarantine, 0, 2);
	assert_int_equal(quarantine_count(quarantine), 2);
	assert_int_equal(quarantine_left_off(quarantine), 0);
	quarantine_free(quarantine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_copies),
		cmocka_unit_test(bounded_by_feed),
		cmocka_unit_test(cut_makes_room_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
