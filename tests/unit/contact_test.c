// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/contact.h"

#include "dataplane/api/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Ticks are nanoseconds of 2023, but where a test says otherwise.
static const struct contact_clock clock_ns = {0, 1700000000000000000, 1000000000};

static struct ledger_key key_of(uint32_t number)
{
	struct ledger_key key = {
		.port = 6667, .transport = 6, .rule_transport = 0, .subscriber.length = 128};

	address_from_v4(&key.subscriber.address, &number);
	address_from_v4(&key.address, "\306\063\144\011");
	return key;
}

// One packet up, at `ticks`.
static void merge_packet(struct contacts *contacts, uint32_t number, uint64_t ticks)
{
	struct ledger *ledger = ledger_create(1);
	struct ledger_key key = key_of(number);
	struct ledger_entry *entry = ledger_find_or_add(ledger, &key);

	entry->packets_up = 1;
	entry->bytes_up = 60;
	entry->first_ticks = entry->last_ticks = ticks;
	entry->level = 3;
	entry->seen = SEEN_UP;
	contacts_merge(contacts, ledger, &clock_ns);
	ledger_free(ledger);
}

static uint32_t number_of(const struct contact_record *record)
{
	uint32_t number;

	memcpy(&number, &record->subscriber.address.bytes[12], 4);
	return number;
}

static uint32_t read_some(struct contacts *contacts, uint64_t after, struct contact_record *records,
	uint32_t limit, bool expect_more)
{
	bool more = !expect_more;
	uint32_t count = contacts_read(contacts, after, records, limit, &more);

	assert_int_equal(more, expect_more);
	return count;
}

static void ledgers_of_two_workers_become_one_record(void **state)
{
	struct contacts *contacts = contacts_create(4);
	struct ledger *up = ledger_create(4), *down = ledger_create(4);
	struct ledger_key key = key_of(1);
	struct contact_record record;
	struct ledger_entry *entry;

	(void)state;
	assert_non_null(contacts);
	entry = ledger_find_or_add(down, &key);
	entry->packets_down = 3;
	entry->bytes_down = 300;
	entry->first_ticks = 2000;
	entry->last_ticks = 9000;
	entry->seen_port = 2;
	entry->level = 4;
	entry->verdict = ACTION_DROP;
	entry->applied = 1;
	entry->packets_dropped = 2;
	entry->seen = SEEN_DOWN;
	entry = ledger_find_or_add(up, &key);
	entry->packets_up = 5;
	entry->bytes_up = 500;
	entry->first_ticks = 1000;
	entry->last_ticks = 8000;
	entry->seen_port = 1;
	entry->level = 3;
	entry->verdict = ACTION_ALERT;
	entry->packets_dropped = 1;
	entry->seen = SEEN_UP;

	contacts_merge(contacts, down, &clock_ns);
	contacts_merge(contacts, up, &clock_ns);
	assert_int_equal(read_some(contacts, 0, &record, 1, false), 1);
	assert_memory_equal(&record.subscriber, &key.subscriber, sizeof(key.subscriber));
	assert_memory_equal(record.address, key.address.bytes, 16);
	assert_int_equal(record.port, 6667);
	assert_int_equal(record.transport, 6);
	assert_int_equal(record.rule_transport, 0);
	assert_int_equal(record.subscriber.length, 128);
	assert_int_equal(record.packets_up, 5);
	assert_int_equal(record.packets_down, 3);
	assert_int_equal(record.bytes_up, 500);
	assert_int_equal(record.bytes_down, 300);
	assert_int_equal(record.packets_dropped, 3);
	assert_int_equal(record.first_ns, clock_ns.ns + 1000);
	assert_int_equal(record.last_ns, clock_ns.ns + 9000);
	assert_int_equal(record.seen, SEEN_UP | SEEN_DOWN);
	// Of the first packet, and of the last, though that ledger came first.
	assert_int_equal(record.seen_port, 1);
	assert_int_equal(record.level, 4);
	assert_int_equal(record.verdict, ACTION_DROP);
	assert_int_equal(record.applied, 1);
	assert_int_equal(record.change, 2);
	assert_int_equal(record.serial, 1);

	// Not cleared by the merge, and a second merge adds again.
	contacts_merge(contacts, up, &clock_ns);
	assert_int_equal(read_some(contacts, 2, &record, 1, false), 1);
	assert_int_equal(record.packets_up, 10);
	assert_int_equal(record.change, 3);
	ledger_free(up);
	ledger_free(down);
	contacts_free(contacts);
	contacts_free(NULL);
}

static uint64_t ns_at(const struct contact_clock *clock, uint64_t ticks)
{
	struct contacts *contacts = contacts_create(1);
	struct ledger *ledger = ledger_create(1);
	struct ledger_key key = key_of(1);
	struct ledger_entry *entry = ledger_find_or_add(ledger, &key);
	struct contact_record record;

	entry->first_ticks = entry->last_ticks = ticks;
	contacts_merge(contacts, ledger, clock);
	assert_int_equal(read_some(contacts, 0, &record, 1, false), 1);
	ledger_free(ledger);
	contacts_free(contacts);
	assert_int_equal(record.first_ns, record.last_ns);
	return record.first_ns;
}

static void ticks_become_time(void **state)
{
	const uint64_t ns = 1700000000123456789, hz = 2449999999;
	const struct contact_clock clock = {hz * 1000, ns, hz};
	const struct contact_clock late = {UINT64_MAX, ns, hz};

	(void)state;
	assert_int_equal(ns_at(&clock, hz * 1000), ns);
	assert_int_equal(ns_at(&clock, hz * 1001), ns + 1000000000);
	assert_int_equal(ns_at(&clock, hz * 999), ns - 1000000000);
	// A year at this rate times a billion is far past 64 bits.
	assert_int_equal(ns_at(&clock, hz * 31537000), ns + 31536000ull * 1000000000);
	assert_int_equal(ns_at(&late, 0), 0); // before 1970
}

static void readers_see_every_change_once(void **state)
{
	struct contacts *contacts = contacts_create(16);
	struct contact_record records[16];

	(void)state;
	assert_int_equal(read_some(contacts, 0, records, 16, false), 0);
	for (uint32_t i = 0; i < 5; i++)
		merge_packet(contacts, i, i);
	assert_int_equal(read_some(contacts, 0, records, 2, true), 2);
	assert_int_equal(number_of(&records[0]), 0);
	assert_int_equal(number_of(&records[1]), 1);
	assert_int_equal(records[1].change, 2);

	// The one the reader stopped at changes, and the one it would see next.
	merge_packet(contacts, 1, 10);
	merge_packet(contacts, 2, 11);
	assert_int_equal(read_some(contacts, 2, records, 16, false), 4);
	assert_int_equal(number_of(&records[0]), 3);
	assert_int_equal(number_of(&records[1]), 4);
	assert_int_equal(number_of(&records[2]), 1);
	assert_int_equal(number_of(&records[3]), 2);
	assert_int_equal(records[3].packets_up, 2);
	assert_int_equal(records[3].change, 7);
	assert_int_equal(read_some(contacts, 7, records, 16, false), 0);
	assert_int_equal(read_some(contacts, 4, records, 16, false), 3);
	assert_int_equal(read_some(contacts, 0, records, 16, false), 5);
	assert_int_equal(number_of(&records[0]), 0);

	// A reader from another life is not shown what it believes to have seen, nor does it
	// disturb the others.
	assert_int_equal(read_some(contacts, 1000, records, 16, false), 0);
	merge_packet(contacts, 9, 12);
	assert_int_equal(read_some(contacts, 7, records, 16, false), 1);
	assert_int_equal(read_some(contacts, 1000, records, 16, false), 0);
	assert_int_equal(read_some(contacts, 7, records, 0, true), 0);
	contacts_free(contacts);
}

// Against the plain truth: sort by change.
struct truth {
	uint64_t change[64];
	uint64_t last;
};

static uint32_t truth_count(const struct truth *truth, uint64_t after)
{
	uint32_t count = 0;

	for (size_t i = 0; i < 64; i++)
		count += truth->change[i] > after;
	return count;
}

static void many_readers_at_random(void **state)
{
	enum { READERS = 2 * CONTACTS_BOOKMARKS };
	struct contacts *contacts = contacts_create(64);
	uint64_t after[READERS] = {0};
	struct truth truth = {0};

	(void)state;
	srandom(1);
	for (int round = 0; round < 20000; round++) {
		uint32_t number = (uint32_t)random() % 64;
		uint32_t reader = (uint32_t)random() % READERS;
		uint32_t limit = (uint32_t)random() % 5;
		struct contact_record records[8];
		uint32_t expected, count;

		merge_packet(contacts, number, (uint64_t)round);
		truth.change[number] = ++truth.last;
		expected = truth_count(&truth, after[reader]);
		count = read_some(contacts, after[reader], records, limit, expected > limit);
		assert_int_equal(count, expected < limit ? expected : limit);
		for (uint32_t i = 0; i < count; i++) {
			assert_true(records[i].change > after[reader]);
			assert_int_equal(truth.change[number_of(&records[i])], records[i].change);
			after[reader] = records[i].change;
		}
		if (count > 0)
			assert_int_equal(truth_count(&truth, after[reader]), expected - count);
		if (random() % 50 == 0)
			after[reader] = (uint64_t)random() % (truth.last + 1);
	}
	contacts_free(contacts);
}

static void only_what_is_acknowledged_gives_way(void **state)
{
	struct contacts *contacts = contacts_create(3);
	struct contact_record records[4];
	struct contact_totals totals;

	(void)state;
	for (uint32_t i = 0; i < 4; i++)
		merge_packet(contacts, i, i);
	totals = contacts_totals(contacts);
	assert_int_equal(totals.count, 3);
	assert_int_equal(totals.limit, 3);
	assert_int_equal(totals.refused, 1);
	assert_int_equal(totals.evicted, 0);

	contacts_acknowledge(contacts, 1000); // nobody was told that many
	merge_packet(contacts, 4, 4);
	assert_int_equal(contacts_totals(contacts).refused, 2);

	contacts_acknowledge(contacts, 2);
	contacts_acknowledge(contacts, 1);
	merge_packet(contacts, 0, 5); // the first is no longer the one that was quiet longest
	merge_packet(contacts, 5, 6);
	assert_int_equal(contacts_totals(contacts).evicted, 1);
	merge_packet(contacts, 6, 7); // what is left changed after 2
	totals = contacts_totals(contacts);
	assert_int_equal(totals.refused, 3);
	assert_int_equal(totals.count, 3);
	assert_int_equal(read_some(contacts, 0, records, 4, false), 3);
	assert_int_equal(number_of(&records[0]), 2);
	assert_int_equal(number_of(&records[1]), 0);
	assert_int_equal(number_of(&records[2]), 5);
	assert_int_equal(records[2].packets_up, 1);

	// Back again it is another record.
	contacts_acknowledge(contacts, 3);
	merge_packet(contacts, 1, 8);
	assert_int_equal(read_some(contacts, 5, records, 4, false), 1);
	assert_int_equal(number_of(&records[0]), 1);
	assert_int_equal(records[0].serial, 5);
	assert_int_equal(records[0].packets_up, 1);
	assert_int_equal(records[0].first_ns, clock_ns.ns + 8);
	contacts_free(contacts);
}

static void eviction_leaves_the_index_right(void **state)
{
	enum { LIMIT = 50, NUMBERS = 200 };
	struct contacts *contacts = contacts_create(LIMIT);
	struct contact_record records[LIMIT];
	uint64_t packets[NUMBERS] = {0}, changes = 0;
	uint32_t count;

	(void)state;
	srandom(2);
	for (int round = 0; round < 20000; round++) {
		uint32_t number = (uint32_t)random() % NUMBERS;
		bool known = false;

		count = read_some(contacts, 0, records, LIMIT, false);
		for (uint32_t i = 0; i < count; i++) {
			known |= number_of(&records[i]) == number;
			assert_int_equal(records[i].packets_up, packets[number_of(&records[i])]);
		}
		packets[number] = known ? packets[number] + 1 : 1;
		merge_packet(contacts, number, (uint64_t)round);
		contacts_acknowledge(contacts, ++changes);
	}
	assert_int_equal(contacts_totals(contacts).refused, 0);
	assert_int_equal(contacts_totals(contacts).count, LIMIT);
	contacts_free(contacts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ledgers_of_two_workers_become_one_record),
		cmocka_unit_test(ticks_become_time),
		cmocka_unit_test(readers_see_every_change_once),
		cmocka_unit_test(many_readers_at_random),
		cmocka_unit_test(only_what_is_acknowledged_gives_way),
		cmocka_unit_test(eviction_leaves_the_index_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
