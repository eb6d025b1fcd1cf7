// SPDX-License-Identifier: BSD-3-Clause

// What of a record is a share, how shares become one, settle and give way, and what else gives way.

#include "control/store/shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/store/eviction.h"
#include "control/store/tidying.h"
#include "tests/unit/store_fixture.h"

#define FAR_FUTURE_NS (UINT64_MAX / 4)

static void apply(const uint8_t instance[INSTANCE_SIZE], struct contact_record record)
{
	static uint64_t next;

	fixture_apply(instance, ++next, &record, 1);
}

static int64_t shares(void)
{
	return fixture_number("SELECT count(*) FROM share");
}

static struct share difference(uint8_t seen_before, uint8_t seen, uint64_t up, uint64_t down)
{
	struct contact_record record = fixture_record(1, 1, 10 + up);
	const struct record_base base = {.instance = 1,
		.serial = 1,
		.seen = seen_before,
		.counters = {.packets_up = 10, .packets_down = 5, .bytes_up = 600}};
	struct share share;

	record.packets_down = 5 + down;
	record.packets_dropped = 0;
	record.seen = seen;
	share_of(&record, &base, &share);
	return share;
}

static void test_flags_of_a_difference(void **state)
{
	const uint8_t all = SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN | SEEN_DOWN_REPLY;

	(void)state;
	assert_int_equal(difference(all, all, 1, 0).counted_seen, SEEN_UP);
	assert_int_equal(difference(all, all, 0, 1).counted_seen, SEEN_DOWN);
	assert_int_equal(difference(all, all, 2, 3).counted_seen, SEEN_UP | SEEN_DOWN);
	assert_int_equal(difference(SEEN_UP, SEEN_UP, 0, 1).counted_seen, 0); // a bare RST
	assert_int_equal(difference(SEEN_UP, all, 1, 1).counted_seen, all);
	assert_int_equal(difference(0, all, 1, 1).counted_seen, all);
}

static void test_no_growth_is_no_share(void **state)
{
	struct contact_record record = fixture_record(1, 1, 10);
	struct record_base base = {.instance = 1,
		.serial = 1,
		.seen = SEEN_UP,
		.counters = {.packets_up = 10, .bytes_up = 600, .packets_dropped = 5}};
	struct share share;

	(void)state;
	assert_false(share_of(&record, &base, &share));
	record.packets_up = 4;
	assert_false(share_of(&record, &base, &share));
	base.seen = 0;
	assert_true(share_of(&record, &base, &share));
}

static void test_handover_within_says_little(void **state)
{
	struct share share = difference(0, SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN, 1, 1);

	(void)state;
	share.from_ns = 5;
	share.until_ns = 9;
	share_count(&share, true);
	assert_int_equal(share.counted_seen, SEEN_UP);
	assert_int_equal(share.counted_from_ns, 9);
	share_count(&share, false);
	assert_int_equal(share.counted_seen, SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN);
	assert_int_equal(share.counted_from_ns, 5);
	share.seen = SEEN_DOWN | SEEN_DOWN_REPLY | SEEN_DOWN_PAYLOAD;
	share_count(&share, true);
	assert_int_equal(evidence_of(share.counted_seen), EVIDENCE_UNSOLICITED);
}

static void test_shares_of_one_second_are_one(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 1, 100, 100);

	(void)state;
	apply(first_start, record);
	record.last_ns += SHARE_SPAN_NS / 2;
	record.packets_up = 2;
	apply(first_start, record);
	assert_int_equal(shares(), 1);
	assert_int_equal(fixture_number("SELECT packets_up FROM share"), 2);
	record.last_ns += SHARE_SPAN_NS;
	record.packets_up = 3;
	apply(first_start, record);
	assert_int_equal(shares(), 2);
	// Another holder's is another share, however close.
	fixture_hold(1, 0, "alice");
	record.last_ns += 1;
	record.packets_up = 4;
	apply(first_start, record);
	assert_int_equal(shares(), 3);
}

static void test_settling_changes_nothing_that_is_seen(void **state)
{
	struct stored_contact before, after;
	struct contact_record record = fixture_record_at(1, 1, 1, 100, 100);
	uint64_t early = 0;

	(void)state;
	apply(first_start, record);
	record.last_ns = 110 * SECOND_NS;
	record.packets_up = 3;
	record.packets_down = 1;
	record.seen |= SEEN_DOWN;
	apply(first_start, record);
	before = fixture_contact("100.64.0.1");
	assert_int_equal(store_shares_settle(fixture.store, 1, SHARE_SETTLE_NS, 100, &early), 0);
	assert_int_equal(shares(), 0); // stored in the future: the clock was set back
	after = fixture_contact("100.64.0.1");
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(fixture_number("SELECT settled_seen FROM contact"), SEEN_UP | SEEN_DOWN);
	assert_int_equal(fixture_number("SELECT settled_last_ns FROM subscriber_key"),
		110 * (int64_t)SECOND_NS);
	assert_int_equal(early, 0);
	apply(first_start, fixture_record_at(1, 1, 4, 100, 120));
	assert_int_equal(fixture_contact("100.64.0.1").total.packets_up, 4);
}

static void test_young_shares_wait_unless_there_is_no_room(void **state)
{
	const uint64_t now_ns = (uint64_t)time(NULL) * SECOND_NS + 5 * SECOND_NS;
	uint64_t early = 0;

	(void)state;
	for (uint8_t i = 1; i <= 5; i++)
		apply(first_start, fixture_record_at(i, i, 1, 100, 100));
	assert_int_equal(
		store_shares_settle(fixture.store, now_ns, SHARE_SETTLE_NS, 100, &early), 0);
	assert_int_equal(shares(), 5);
	assert_int_equal(store_shares_settle(fixture.store, now_ns, SHARE_SETTLE_NS, 2, &early), 0);
	assert_int_equal(shares(), 2);
	assert_int_equal(early, 3);
	assert_int_equal(store_shares_settle(fixture.store, now_ns + SHARE_SETTLE_NS,
				 SHARE_SETTLE_NS, 100, &early),
		0);
	assert_int_equal(shares(), 0);
	assert_int_equal(early, 3);
}

static void test_records_of_earlier_starts_go(void **state)
{
	uint64_t early = 0;

	(void)state;
	apply(first_start, fixture_record_at(1, 1, 5, 100, 100));
	apply(first_start, fixture_record_at(2, 2, 5, 100, 100));
	apply(second_start, fixture_record_at(1, 1, 5, 110, 110));
	assert_int_equal(store_tidy(fixture.store, FAR_FUTURE_NS, &early), 0);
	assert_int_equal(fixture_number("SELECT count(*) FROM record"), 1);
	apply(second_start, fixture_record_at(1, 1, 6, 110, 111));
	assert_int_equal(fixture_contact("100.64.0.1").total.packets_up, 11);
	assert_int_equal(fixture_contact("100.64.0.2").total.packets_up, 5);
}

static void test_quiet_contacts_give_way(void **state)
{
	const struct store_bounds bounds = {.contacts = 2, .records = 10, .keys = 10};

	(void)state;
	for (uint8_t i = 1; i <= 4; i++)
		apply(first_start, fixture_record_at(i, i, 5, 100u + i, 100u + i));
	assert_int_equal(store_evict_quiet(fixture.store, &bounds), 0);
	assert_int_equal(fixture_number("SELECT count(*) FROM contact"), 2);
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber"), 2);
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber_key"), 2);
	assert_int_equal(shares(), 2);
	assert_int_equal(fixture_contact("100.64.0.4").total.packets_up, 5);
	// What comes later of one that gave way is only what was not counted yet.
	apply(first_start, fixture_record_at(1, 1, 7, 101, 120));
	assert_int_equal(fixture_contact("100.64.0.1").total.packets_up, 2);
}

static void test_quiet_records_and_keys_give_way(void **state)
{
	const struct store_bounds bounds = {.contacts = 10, .records = 2, .keys = 3};
	uint64_t early = 0;

	(void)state;
	for (uint8_t i = 1; i <= 4; i++)
		apply(first_start, fixture_record_at(i, i, 5, 100u + i, 100u + i));
	assert_int_equal(store_evict_quiet(fixture.store, &bounds), 0);
	assert_int_equal(fixture_number("SELECT count(*) FROM record"), 4); // unsettled
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber_key"), 3);
	assert_int_equal(store_tidy(fixture.store, FAR_FUTURE_NS, &early), 0);
	assert_int_equal(store_evict_quiet(fixture.store, &bounds), 0);
	assert_int_equal(fixture_number("SELECT count(*) FROM record"), 2);
	assert_int_equal(fixture_number("SELECT count(*) FROM contact"), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flags_of_a_difference),
		cmocka_unit_test(test_no_growth_is_no_share),
		cmocka_unit_test(test_handover_within_says_little),
		cmocka_unit_test_setup_teardown(
			test_shares_of_one_second_are_one, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_settling_changes_nothing_that_is_seen,
			fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_young_shares_wait_unless_there_is_no_room,
			fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_records_of_earlier_starts_go, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_quiet_contacts_give_way, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_quiet_records_and_keys_give_way, fixture_set_up, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
