// SPDX-License-Identifier: BSD-3-Clause

// What is learned late moves exactly what it concerns.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/store/shares.h"
#include "tests/unit/store_fixture.h"

static void apply(struct contact_record record)
{
	static uint64_t next;

	fixture_apply(first_start, ++next, &record, 1);
}

static void expect_contact(const char *subscriber, uint64_t packets, uint64_t first_s,
	uint64_t last_s, enum evidence evidence)
{
	const struct stored_contact contact = fixture_contact(subscriber);

	assert_int_equal(contact.total.packets_up, packets);
	assert_int_equal(contact.total.bytes_up, packets * 60);
	assert_int_equal(contact.total.first_ns, first_s * SECOND_NS);
	assert_int_equal(contact.total.last_ns, last_s * SECOND_NS);
	assert_int_equal(contact.evidence, evidence);
}

static void test_late_start_takes_all_that_came_after_it(void **state)
{
	(void)state;
	apply(fixture_record_at(1, 1, 10, 100, 100));
	apply(fixture_record_at(1, 1, 14, 100, 105));
	expect_contact("100.64.0.1", 14, 100, 105, EVIDENCE_ATTEMPTED);
	fixture_hold(1, 99 * SECOND_NS, "alice");
	fixture.judged = 0;
	assert_int_equal(fixture_reattribute(1, 99 * SECOND_NS), 2);
	expect_contact("alice", 14, 100, 105, EVIDENCE_ATTEMPTED);
	// Nothing is left of who was not known.
	assert_int_equal(fixture_number("SELECT count(*) FROM contact"), 1);
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber"), 1);
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber_key"), 1);
	// She is news, and the address was told of already.
	assert_int_equal(fixture.judged, 2);
	assert_string_equal(fixture.last_judged.subscriber, "alice");
	assert_string_equal(fixture.last_judged.family, "mirai");
	assert_int_equal(fixture_reattribute(1, 0), 0);
	apply(fixture_record_at(1, 1, 15, 100, 106));
	expect_contact("alice", 15, 100, 106, EVIDENCE_ATTEMPTED);
}

static void test_late_handover_divides(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 10, 100, 100);

	(void)state;
	fixture_hold(1, 0, "alice");
	apply(record);
	record.packets_up = 13;
	record.bytes_up = 13 * 60;
	record.packets_down = 3;
	record.last_ns = 110 * SECOND_NS;
	record.seen |= SEEN_UP_PAYLOAD | SEEN_DOWN | SEEN_DOWN_PAYLOAD;
	apply(record);
	expect_contact("alice", 13, 100, 110, EVIDENCE_CONVERSED);
	fixture_hold(1, 105 * SECOND_NS, "bob");
	assert_int_equal(fixture_reattribute(1, 105 * SECOND_NS), 1);
	expect_contact("alice", 10, 100, 100, EVIDENCE_ATTEMPTED);
	expect_contact("bob", 3, 110, 110, EVIDENCE_CONVERSED);
	assert_int_equal(fixture_contact("alice").told_evidence, EVIDENCE_ATTEMPTED);
	assert_int_equal(fixture_number("SELECT k.last_ns FROM subscriber_key k"
					" JOIN subscriber s ON s.id = k.subscriber"
					" WHERE s.name = 'alice'"),
		100 * (int64_t)SECOND_NS);
	assert_int_equal(fixture_number("SELECT last_ns FROM subscriber WHERE name = 'alice'"),
		100 * (int64_t)SECOND_NS);
}

static void test_times_are_those_of_what_remains(void **state)
{
	(void)state;
	for (uint8_t i = 1; i <= 3; i++)
		fixture_hold(i, 0, "alice");
	apply(fixture_record_at(1, 1, 1, 200, 200));
	apply(fixture_record_at(2, 2, 2, 100, 100));
	apply(fixture_record_at(3, 3, 4, 50, 300));
	expect_contact("alice", 7, 50, 300, EVIDENCE_ATTEMPTED);
	fixture_hold(3, 1, "bob");
	assert_int_equal(fixture_reattribute(3, 1), 1);
	expect_contact("alice", 3, 100, 200, EVIDENCE_ATTEMPTED);
	expect_contact("bob", 4, 50, 300, EVIDENCE_ATTEMPTED);
}

static void test_earlier_shares_and_other_keys_stay(void **state)
{
	(void)state;
	apply(fixture_record_at(1, 1, 10, 100, 100));
	apply(fixture_record_at(1, 1, 12, 100, 110));
	apply(fixture_record_at(2, 2, 5, 110, 110));
	fixture_hold(1, 0, "alice");
	fixture_hold(2, 0, "bob");
	assert_int_equal(fixture_reattribute(1, 105 * SECOND_NS), 1);
	expect_contact("alice", 2, 110, 110, EVIDENCE_ATTEMPTED);
	expect_contact("100.64.0.1", 10, 100, 100, EVIDENCE_ATTEMPTED);
	expect_contact("100.64.0.2", 5, 110, 110, EVIDENCE_ATTEMPTED);
}

static void test_change_within_a_share(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 10, 100, 110);

	(void)state;
	record.seen = SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN | SEEN_DOWN_PAYLOAD;
	apply(record);
	fixture_hold(1, 0, "alice");
	assert_int_equal(fixture_reattribute(1, 0), 1);
	expect_contact("alice", 10, 100, 110, EVIDENCE_CONVERSED);
	fixture_hold(1, 105 * SECOND_NS, "bob");
	assert_int_equal(fixture_reattribute(1, 105 * SECOND_NS), 1);
	expect_contact("bob", 10, 110, 110, EVIDENCE_ATTEMPTED);
	// It was a mistake: bob had it all the time.
	fixture_hold(1, 50 * SECOND_NS, "bob");
	assert_int_equal(fixture_reattribute(1, 50 * SECOND_NS), 0);
	expect_contact("bob", 10, 100, 110, EVIDENCE_CONVERSED);
}

static void test_settled_shares_stay(void **state)
{
	uint64_t early = 0;

	(void)state;
	apply(fixture_record_at(1, 1, 10, 100, 100));
	assert_int_equal(store_shares_settle(fixture.store, UINT64_MAX / 4, 0, 100, &early), 0);
	apply(fixture_record_at(1, 1, 14, 100, 110));
	fixture_hold(1, 0, "alice");
	assert_int_equal(fixture_reattribute(1, 0), 1);
	expect_contact("100.64.0.1", 10, 100, 100, EVIDENCE_ATTEMPTED);
	expect_contact("alice", 4, 110, 110, EVIDENCE_ATTEMPTED);
}

static void test_translated_keys_follow_the_address_inside(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 10, 100, 100);

	(void)state;
	record.subscriber.kind = SUBSCRIBER_PORTS;
	record.subscriber.port = 1024;
	record.subscriber.length = 10;
	apply(record);
	expect_contact("100.64.0.1:1024-2047", 10, 100, 100, EVIDENCE_ATTEMPTED);
	fixture_hold(99, 0, "carol");
	assert_int_equal(fixture_reattribute(99, 0), 1);
	expect_contact("carol", 10, 100, 100, EVIDENCE_ATTEMPTED);
	assert_string_equal(fixture_contact("carol").key, "100.64.0.1:1024-2047");
}

static void test_all_keys_in_several_chunks(void **state)
{
	struct reattribution reattribution = {.change.all = true};
	static struct contact_record records[MESSAGE_CONTACTS_MAX];
	int chunks = 0, result;

	(void)state;
	for (size_t i = 0; i < MESSAGE_CONTACTS_MAX; i++) {
		records[i] = fixture_record_at(1, i + 1, 2, 100, 100);
		records[i].port = (uint16_t)(i + 1);
	}
	fixture_apply(first_start, 1, records, MESSAGE_CONTACTS_MAX);
	fixture_hold(1, 0, "alice");
	do {
		result = store_contacts_reattribute(
			fixture.store, &reattribution, &fixture_observer);
		chunks++;
	} while (result == 1);
	assert_int_equal(result, 0);
	assert_int_equal(chunks, MESSAGE_CONTACTS_MAX / REATTRIBUTION_CHUNK + 1);
	assert_int_equal(reattribution.moved, MESSAGE_CONTACTS_MAX);
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber"), 1);
}

static void test_failure_undoes_the_chunk(void **state)
{
	struct reattribution reattribution = {.change.all = true};

	(void)state;
	apply(fixture_record_at(1, 1, 10, 100, 100));
	fixture.broken = true;
	assert_int_equal(
		store_contacts_reattribute(fixture.store, &reattribution, &fixture_observer), -1);
	fixture.broken = false;
	assert_int_equal(reattribution.after, 0);
	expect_contact("100.64.0.1", 10, 100, 100, EVIDENCE_ATTEMPTED);
}

// A model that knows all from the beginning: packets by address, and when.

#define MODEL_STEPS     120
#define MODEL_ADDRESSES 4
#define MODEL_NAMES     5

static const char *const names[MODEL_NAMES] = {"alice", "bob", "carol", "dave", ""};

struct model_packet {
	uint8_t address;
	uint64_t at_ns;
	uint64_t count;
};

static uint32_t random_below(uint32_t *seed, uint32_t bound)
{
	*seed = *seed * 1664525u + 1013904223u; // Numerical Recipes' generator
	return (*seed >> 16) % bound;
}

static void expect_model(const struct model_packet *packets, size_t count, uint32_t seed)
{
	struct fixture_contacts found;
	uint64_t expected_total = 0, total = 0;

	fixture_list(&found, NULL);
	for (size_t i = 0; i < found.count; i++) {
		const struct contact_record *said = &found.contacts[i].total;
		uint64_t sum = 0, first_ns = UINT64_MAX, last_ns = 0;

		for (size_t j = 0; j < count; j++) {
			const char *name = fixture_holder(packets[j].address, packets[j].at_ns);
			char unknown[16];

			snprintf(unknown, sizeof(unknown), "100.64.0.%u", packets[j].address);
			if (strcmp(*name != '\0' ? name : unknown, found.contacts[i].subscriber) !=
				0)
				continue;
			sum += packets[j].count;
			first_ns = packets[j].at_ns < first_ns ? packets[j].at_ns : first_ns;
			last_ns = packets[j].at_ns > last_ns ? packets[j].at_ns : last_ns;
		}
		if (said->packets_up != sum || said->bytes_up != sum * 60 ||
			said->first_ns != first_ns || said->last_ns != last_ns)
			fail_msg("seed %u: %s has %lu packets, not %lu", seed,
				found.contacts[i].subscriber, (unsigned long)said->packets_up,
				(unsigned long)sum);
		total += said->packets_up;
	}
	for (size_t j = 0; j < count; j++)
		expected_total += packets[j].count;
	assert_int_equal(total, expected_total);
}

// Contacts, handovers that are known at once, and some that are told late, backdated, in any order;
// the books must say what somebody would who had known all of it in time.
static void run_model(uint32_t seed)
{
	struct model_packet packets[MODEL_STEPS];
	uint64_t sent[MODEL_ADDRESSES + 1] = {0}, next = 0;
	const uint32_t start = seed;
	size_t count = 0;

	for (uint64_t step = 0; step < MODEL_STEPS; step++) {
		const uint8_t address = (uint8_t)(1 + random_below(&seed, MODEL_ADDRESSES));
		const uint64_t now_ns = (100 + 2 * step) * SECOND_NS;
		const uint64_t past_ns = now_ns - random_below(&seed, 100) * SECOND_NS;
		const char *name = names[random_below(&seed, MODEL_NAMES)];

		if (random_below(&seed, 3) > 0) {
			struct contact_record record;
			const uint64_t more = 1 + random_below(&seed, 9);

			sent[address] += more;
			record = fixture_record_at(
				address, address, sent[address], 0, now_ns / SECOND_NS);
			record.first_ns = sent[address] == more ? now_ns : 1;
			fixture_apply(first_start, ++next, &record, 1);
			packets[count++] = (struct model_packet){address, now_ns, more};
		} else if (fixture.holder_count < HOLDERS_MAX) {
			const bool late = random_below(&seed, 2) == 0;
			const uint64_t from_ns = late ? past_ns : now_ns;

			fixture_hold(address, from_ns - 1, name);
			if (late)
				fixture_reattribute(address, from_ns - 1);
		}
		if (random_below(&seed, 40) == 0)
			fixture_reopen();
	}
	expect_model(packets, count, start);
}

static void test_books_are_those_of_who_knew_all(void **state)
{
	for (uint32_t seed = 1; seed <= 25; seed++) {
		run_model(seed);
		assert_int_equal(fixture_tear_down(state), 0);
		assert_int_equal(fixture_set_up(state), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_late_start_takes_all_that_came_after_it,
			fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_late_handover_divides, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_times_are_those_of_what_remains, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_earlier_shares_and_other_keys_stay, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_change_within_a_share, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_settled_shares_stay, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_translated_keys_follow_the_address_inside,
			fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_all_keys_in_several_chunks, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_failure_undoes_the_chunk, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_books_are_those_of_who_knew_all, fixture_set_up, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
