// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/store_fixture.h"

static void apply_one(
	const uint8_t instance[INSTANCE_SIZE], uint64_t next, uint64_t serial, uint64_t packets)
{
	const struct contact_record record = fixture_record(1, serial, packets);

	fixture_apply(instance, next, &record, 1);
}

static struct stored_contact only_contact(void)
{
	return fixture_contact("100.64.0.1");
}

static void expect_packets(uint64_t packets)
{
	const struct stored_contact contact = only_contact();

	assert_int_equal(contact.total.packets_up, packets);
	assert_int_equal(contact.total.bytes_up, packets * 60);
}

static void test_same_batch_again_adds_nothing(void **state)
{
	(void)state;
	apply_one(first_start, 7, 1, 10);
	apply_one(first_start, 7, 1, 10);
	expect_packets(10);
	fixture_reopen();
	apply_one(first_start, 7, 1, 10);
	expect_packets(10);
}

static void test_growth_adds_the_difference(void **state)
{
	(void)state;
	apply_one(first_start, 1, 1, 10);
	apply_one(first_start, 2, 1, 14);
	fixture_reopen();
	apply_one(first_start, 3, 1, 20);
	expect_packets(20);
	assert_int_equal(only_contact().total.packets_dropped, 10);
}

static void test_new_instance_adds_all(void **state)
{
	(void)state;
	apply_one(first_start, 1, 1, 10);
	apply_one(second_start, 1, 1, 10);
	expect_packets(20);
	apply_one(second_start, 2, 1, 13);
	expect_packets(23);
}

static void test_new_serial_adds_all(void **state)
{
	(void)state;
	apply_one(first_start, 1, 1, 10);
	apply_one(first_start, 2, 5, 3);
	expect_packets(13);
	apply_one(first_start, 3, 5, 4);
	expect_packets(14);
}

static void test_shrunken_record_adds_nothing(void **state)
{
	(void)state;
	apply_one(first_start, 1, 1, 10);
	apply_one(first_start, 2, 1, 4);
	expect_packets(10);
}

static void test_times_and_flags_span_instances(void **state)
{
	struct contact_record record = fixture_record(1, 9, 10);

	(void)state;
	record.seen = SEEN_UP | SEEN_UP_PAYLOAD;
	fixture_apply(first_start, 1, &record, 1);
	record = fixture_record(1, 3, 5);
	record.seen = SEEN_DOWN | SEEN_DOWN_PAYLOAD;
	record.seen_port = 1;
	fixture_apply(second_start, 1, &record, 1);
	const struct stored_contact contact = only_contact();

	assert_int_equal(contact.evidence, EVIDENCE_CONVERSED);
	assert_int_equal(contact.total.first_ns, 3000);
	assert_int_equal(contact.total.last_ns, 9010);
	assert_int_equal(contact.total.seen_port, 6667);
}

static void test_cursor_is_per_instance(void **state)
{
	uint64_t cursor = 99;

	(void)state;
	assert_int_equal(store_contacts_cursor(fixture.store, first_start, &cursor), 0);
	assert_int_equal(cursor, 0);
	apply_one(first_start, 41, 1, 1);
	apply_one(second_start, 5, 1, 1);
	fixture_reopen();
	assert_int_equal(store_contacts_cursor(fixture.store, first_start, &cursor), 0);
	assert_int_equal(cursor, 41);
	assert_int_equal(store_contacts_cursor(fixture.store, second_start, &cursor), 0);
	assert_int_equal(cursor, 5);
}

static void test_failed_batch_leaves_nothing(void **state)
{
	struct contact_record record = fixture_record(1, 1, 10);
	uint64_t cursor;

	(void)state;
	fixture_apply(first_start, 1, &record, 1);
	// A transaction inside a transaction cannot begin.
	assert_int_equal(store_begin(fixture.store), 0);
	record.packets_up = 50;
	assert_int_equal(fixture_try(first_start, 2, &record, 1), -1);
	store_rollback(fixture.store);
	expect_packets(10);
	assert_int_equal(store_contacts_cursor(fixture.store, first_start, &cursor), 0);
	assert_int_equal(cursor, 1);
}

static void test_judgement_and_family_are_stored(void **state)
{
	struct contact_record record = fixture_record(1, 1, 10);

	(void)state;
	fixture_apply(first_start, 1, &record, 1);
	assert_int_equal(fixture.judged, 1);
	assert_string_equal(only_contact().family, "mirai");
	assert_int_equal(only_contact().told_ns, record.last_ns);
	assert_int_equal(only_contact().told_evidence, EVIDENCE_ATTEMPTED);
	fixture.family = NULL; // no longer listed
	apply_one(first_start, 2, 1, 11);
	assert_string_equal(only_contact().family, "mirai");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_same_batch_again_adds_nothing, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_growth_adds_the_difference, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_new_instance_adds_all, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_new_serial_adds_all, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_shrunken_record_adds_nothing, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_times_and_flags_span_instances, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_cursor_is_per_instance, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_failed_batch_leaves_nothing, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_judgement_and_family_are_stored, fixture_set_up, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
