// SPDX-License-Identifier: BSD-3-Clause

// Subscribers, not addresses, have contacts: handovers, several addresses, what of a record is
// whose, and what somebody asks for.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/store_fixture.h"

static uint64_t infected(void)
{
	struct infection_summary summary;

	assert_int_equal(store_infection_summary(fixture.store, &summary), 0);
	return summary.infected;
}

static void apply(const uint8_t instance[INSTANCE_SIZE], struct contact_record record)
{
	static uint64_t next;

	fixture_apply(instance, ++next, &record, 1);
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

static void test_handover_gives_one_contact_each(void **state)
{
	(void)state;
	fixture_hold(1, 0, "alice");
	fixture_hold(1, 120 * SECOND_NS, "bob");
	apply(first_start, fixture_record_at(1, 1, 10, 100, 110));
	apply(first_start, fixture_record_at(1, 1, 14, 100, 130));
	fixture_reopen();
	apply(first_start, fixture_record_at(1, 1, 14, 100, 130));
	apply(second_start, fixture_record_at(1, 1, 3, 140, 141));
	apply(second_start, fixture_record_at(1, 1, 3, 140, 141));
	apply(second_start, fixture_record_at(1, 1, 5, 140, 150));
	expect_contact("alice", 10, 100, 110, EVIDENCE_ATTEMPTED);
	expect_contact("bob", 9, 130, 150, EVIDENCE_ATTEMPTED);
	assert_int_equal(infected(), 2);
	assert_string_equal(fixture_contact("bob").key, "100.64.0.1");
}

static void test_three_addresses_are_one_subscriber(void **state)
{
	(void)state;
	for (uint8_t i = 1; i <= 3; i++)
		fixture_hold(i, 0, "alice");
	for (uint8_t i = 1; i <= 3; i++)
		apply(first_start, fixture_record_at(i, i, 10, 100u * i, 100u * i + 50));
	expect_contact("alice", 30, 100, 350, EVIDENCE_ATTEMPTED);
	assert_int_equal(infected(), 1);
	assert_string_equal(fixture_contact("alice").key, "100.64.0.3");
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber_key"), 3);
}

static void test_flags_of_one_do_not_pass_to_the_next(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 10, 100, 110);

	(void)state;
	fixture_hold(1, 0, "alice");
	fixture_hold(1, 120 * SECOND_NS, "bob");
	record.seen = SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN | SEEN_DOWN_REPLY | SEEN_DOWN_PAYLOAD;
	record.packets_down = 10;
	apply(first_start, record);
	record.packets_up = 11;
	record.bytes_up = 11 * 60;
	record.last_ns = 130 * SECOND_NS;
	apply(first_start, record);
	expect_contact("alice", 10, 100, 110, EVIDENCE_CONVERSED);
	expect_contact("bob", 1, 130, 130, EVIDENCE_ATTEMPTED);
	record.packets_down = 11;
	record.last_ns = 131 * SECOND_NS;
	apply(first_start, record);
	expect_contact("bob", 1, 130, 131, EVIDENCE_ANSWERED);
}

static void test_new_flags_are_the_later_ones(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 10, 100, 110);

	(void)state;
	fixture_hold(1, 0, "alice");
	fixture_hold(1, 120 * SECOND_NS, "bob");
	apply(first_start, record);
	record.packets_up = 12;
	record.packets_down = 2;
	record.bytes_up = 12 * 60;
	record.seen |= SEEN_UP_PAYLOAD | SEEN_DOWN | SEEN_DOWN_PAYLOAD;
	record.last_ns = 130 * SECOND_NS;
	apply(first_start, record);
	expect_contact("alice", 10, 100, 110, EVIDENCE_ATTEMPTED);
	expect_contact("bob", 2, 130, 130, EVIDENCE_CONVERSED);
}

static void test_handover_within_a_new_record(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 10, 100, 130);

	(void)state;
	fixture_hold(1, 0, "alice");
	fixture_hold(1, 120 * SECOND_NS, "bob");
	record.packets_down = 4;
	record.seen = SEEN_UP | SEEN_UP_PAYLOAD | SEEN_DOWN | SEEN_DOWN_PAYLOAD;
	apply(first_start, record);
	expect_contact("bob", 10, 130, 130, EVIDENCE_ATTEMPTED);
	assert_int_equal(infected(), 1);
}

static void test_keys_on_a_link_have_its_name(void **state)
{
	struct contact_record record = fixture_record_at(0, 1, 10, 100, 110);
	const struct link_ids ids = {.link = 1, .outer_vlan = 100};

	(void)state;
	record.subscriber = subscriber_key_on_link(SUBSCRIBER_VLAN, &ids);
	apply(first_start, record);
	record.packets_up = 12;
	record.bytes_up = 12 * 60;
	apply(first_start, record);
	expect_contact("edge1/vlan:100", 12, 100, 110, EVIDENCE_ATTEMPTED);
	// The link's number is the configuration's business.
	assert_int_equal(fixture_number("SELECT count(*) FROM record WHERE link = 'edge1'"
					" AND substr(key_address, 1, 2) = x'0000'"),
		1);
}

static void test_failing_resolver_undoes_the_batch(void **state)
{
	const struct contact_record records[] = {fixture_record_at(1, 1, 10, 100, 110)};
	uint64_t cursor;

	(void)state;
	fixture.broken = true;
	assert_int_equal(fixture_try(first_start, 5, records, 1), -1);
	fixture.broken = false;
	assert_int_equal(store_contacts_cursor(fixture.store, first_start, &cursor), 0);
	assert_int_equal(cursor, 0);
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber"), 0);
}

static void keep_subscriber(void *context, const struct infected_subscriber *subscriber)
{
	(void)context;
	check_expected(subscriber->name);
	check_expected(subscriber->keys);
	check_expected(subscriber->contacts);
	check_expected(subscriber->families);
	check_expected(subscriber->evidence);
}

static void expect_subscriber(const char *name, const char *keys, uint64_t contacts,
	const char *families, enum evidence evidence)
{
	expect_string(keep_subscriber, subscriber->name, name);
	expect_string(keep_subscriber, subscriber->keys, keys);
	expect_value(keep_subscriber, subscriber->contacts, contacts);
	expect_string(keep_subscriber, subscriber->families, families);
	expect_value(keep_subscriber, subscriber->evidence, evidence);
}

static void list(const struct contact_filter *filter)
{
	if (store_subscribers_list(fixture.store, filter, keep_subscriber, NULL) < 0)
		fail_msg("%s", store_error(fixture.store));
}

// alice on .1 and .2, with mirai, the latter time answered; bob on .1 after her, with no family; a
// scan against .3.
static void make_three(void)
{
	struct contact_record record;

	fixture_hold(1, 0, "alice");
	fixture_hold(2, 0, "alice");
	fixture_hold(1, 300 * SECOND_NS, "bob");
	apply(first_start, fixture_record_at(1, 1, 1, 100, 100));
	record = fixture_record_at(2, 2, 1, 200, 200);
	record.port = 23;
	record.seen = SEEN_UP | SEEN_DOWN;
	apply(first_start, record);
	fixture.family = NULL;
	apply(first_start, fixture_record_at(1, 1, 3, 100, 400));
	record = fixture_record_at(3, 4, 0, 500, 500);
	record.packets_down = 1;
	record.seen = SEEN_DOWN;
	apply(first_start, record);
}

static void test_subscribers_are_counted_by_who_they_are(void **state)
{
	const struct contact_filter all = {.limit = 10};
	struct infection_summary summary;

	(void)state;
	make_three();
	assert_int_equal(store_infection_summary(fixture.store, &summary), 0);
	assert_int_equal(summary.infected, 2);
	assert_int_equal(summary.contacts, 3);
	assert_int_equal(summary.unsolicited, 1);
	assert_int_equal(summary.family_count, 2);
	assert_string_equal(summary.families[0].family, "");
	assert_int_equal(summary.families[0].subscribers, 1);
	assert_string_equal(summary.families[1].family, "mirai");
	assert_int_equal(summary.families[1].subscribers, 1);
	expect_subscriber("bob", "[\"100.64.0.1\"]", 1, "[]", EVIDENCE_ATTEMPTED);
	expect_subscriber(
		"alice", "[\"100.64.0.2\",\"100.64.0.1\"]", 2, "[\"mirai\"]", EVIDENCE_ANSWERED);
	list(&all);
}

static void test_subscribers_are_filtered(void **state)
{
	struct contact_filter filter = {.limit = 10, .family = "Mirai"};
	struct prefix prefix;

	(void)state;
	make_three();
	expect_subscriber(
		"alice", "[\"100.64.0.2\",\"100.64.0.1\"]", 2, "[\"mirai\"]", EVIDENCE_ANSWERED);
	list(&filter);
	filter = (struct contact_filter){.limit = 10, .evidence = EVIDENCE_ANSWERED};
	expect_subscriber(
		"alice", "[\"100.64.0.2\",\"100.64.0.1\"]", 1, "[\"mirai\"]", EVIDENCE_ANSWERED);
	list(&filter);
	filter = (struct contact_filter){.limit = 10, .subscriber = "bob"};
	expect_subscriber("bob", "[\"100.64.0.1\"]", 1, "[]", EVIDENCE_ATTEMPTED);
	list(&filter);
	// Who held that address, and who held it then.
	assert_true(prefix_parse("100.64.0.1", 10, &prefix));
	filter = (struct contact_filter){.limit = 10, .within = &prefix};
	expect_subscriber("bob", "[\"100.64.0.1\"]", 1, "[]", EVIDENCE_ATTEMPTED);
	expect_subscriber(
		"alice", "[\"100.64.0.2\",\"100.64.0.1\"]", 2, "[\"mirai\"]", EVIDENCE_ANSWERED);
	list(&filter);
	filter.until_ns = 150 * SECOND_NS;
	expect_subscriber(
		"alice", "[\"100.64.0.2\",\"100.64.0.1\"]", 1, "[\"mirai\"]", EVIDENCE_ATTEMPTED);
	list(&filter);
	filter.limit = 10;
	filter.until_ns = 0;
	filter.since_ns = 201 * SECOND_NS;
	expect_subscriber("bob", "[\"100.64.0.1\"]", 1, "[]", EVIDENCE_ATTEMPTED);
	list(&filter);
	filter = (struct contact_filter){.limit = 10, .subscriber = "nobody"};
	list(&filter);
}

static void test_contacts_are_filtered(void **state)
{
	struct contact_filter filter = {.evidence = EVIDENCE_ATTEMPTED, .limit = 8};
	struct fixture_contacts found;
	struct prefix prefix;

	(void)state;
	make_three();
	assert_int_equal(fixture_list(&found, &filter), 3);
	assert_string_equal(found.contacts[0].subscriber, "bob"); // the most recent first
	filter.evidence = EVIDENCE_UNSOLICITED;
	assert_int_equal(fixture_list(&found, &filter), 4);
	assert_string_equal(found.contacts[0].subscriber, "100.64.0.3");
	filter.limit = 1;
	assert_int_equal(fixture_list(&found, &filter), 1);
	assert_true(prefix_parse("100.64.0.2/31", 13, &prefix));
	filter = (struct contact_filter){.within = &prefix, .limit = 8};
	assert_int_equal(fixture_list(&found, &filter), 3); // alice's two, and the scan
	filter = (struct contact_filter){.subscriber = "100.64.0.1", .limit = 8};
	assert_int_equal(fixture_list(&found, &filter), 3); // hers and his: a key's text
	filter = (struct contact_filter){.subscriber = "alice", .limit = 8};
	assert_int_equal(fixture_list(&found, &filter), 2);
	filter.since_ns = 200 * SECOND_NS;
	assert_int_equal(fixture_list(&found, &filter), 1);
	filter.family = "gafgyt";
	assert_int_equal(fixture_list(&found, &filter), 0);
}

static void test_flags_and_knowledge_are_stored(void **state)
{
	(void)state;
	fixture_hold(1, 0, "alice");
	fixture.flags = SUBSCRIBER_FLAG_WATCH;
	apply(first_start, fixture_record_at(1, 1, 1, 100, 100));
	assert_true(fixture_contact("alice").known);
	assert_int_equal(fixture_contact("alice").flags, SUBSCRIBER_FLAG_WATCH);
	assert_int_equal(fixture.last_judged.flags, SUBSCRIBER_FLAG_WATCH);
	fixture.flags = 0;
	apply(first_start, fixture_record_at(1, 1, 2, 100, 101));
	assert_int_equal(fixture_contact("alice").flags, 0);
	apply(first_start, fixture_record_at(2, 2, 1, 100, 100));
	assert_false(fixture_contact("100.64.0.2").known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_handover_gives_one_contact_each, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_three_addresses_are_one_subscriber, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_flags_of_one_do_not_pass_to_the_next,
			fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_new_flags_are_the_later_ones, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_handover_within_a_new_record, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_keys_on_a_link_have_its_name, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_failing_resolver_undoes_the_batch, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(test_subscribers_are_counted_by_who_they_are,
			fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_subscribers_are_filtered, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_contacts_are_filtered, fixture_set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_flags_and_knowledge_are_stored, fixture_set_up, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
