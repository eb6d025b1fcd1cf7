// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/contacts.h"
#include "control/store/subscribers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/scratch.h"

static const uint8_t first_start[INSTANCE_SIZE] = {1};
static const uint8_t second_start[INSTANCE_SIZE] = {2};

static struct scratch scratch;
static struct store *store;
static const char *family = "mirai";
static int judged;

static struct store *open_store(void)
{
	char error[256];
	struct store *opened = store_open(scratch.path, error, sizeof(error));

	if (opened == NULL)
		fail_msg("%s", error);
	return opened;
}

static void reopen(void)
{
	store_close(store);
	store = open_store();
}

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	store = open_store();
	family = "mirai";
	judged = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

static const char *name_family(void *context, const struct contact_record *record)
{
	(void)context;
	(void)record;
	return family;
}

static void judge(void *context, struct stored_contact *contact)
{
	(void)context;
	judged++;
	contact->told_ns = contact->total.last_ns;
	contact->told_evidence = contact->evidence;
}

static struct contact_record make_record(uint8_t subscriber, uint64_t serial, uint64_t packets)
{
	struct contact_record record = {
		.port = 6667,
		.seen_port = 6667,
		.transport = 6,
		.rule_transport = 6,
		.subscriber.length = 128,
		.level = 3,
		.seen = SEEN_UP,
		.serial = serial,
		.packets_up = packets,
		.bytes_up = packets * 60,
		.packets_dropped = packets / 2,
		.first_ns = 1000 * serial,
		.last_ns = 1000 * serial + packets,
	};
	static const uint8_t v4[4] = {100, 64, 0, 0}, server[4] = {198, 51, 100, 9};
	struct address address;

	address_from_v4(&address, v4);
	address.bytes[15] = subscriber;
	record.subscriber.address = address;
	address_from_v4(&address, server);
	memcpy(record.address, address.bytes, sizeof(record.address));
	return record;
}

static void apply(const uint8_t instance[INSTANCE_SIZE], uint64_t next,
	const struct contact_record *records, uint32_t count)
{
	const struct contact_observer observer = {.family = name_family, .judge = judge};
	struct message_contacts *batch = malloc(MESSAGE_SIZE_MAX);

	assert_non_null(batch);
	batch->next = next;
	batch->count = count;
	memcpy(batch->records, records, count * sizeof(*records));
	if (store_contacts_apply(store, instance, batch, &observer) < 0)
		fail_msg("%s", store_error(store));
	free(batch);
}

static void apply_one(
	const uint8_t instance[INSTANCE_SIZE], uint64_t next, uint64_t serial, uint64_t packets)
{
	const struct contact_record record = make_record(1, serial, packets);

	apply(instance, next, &record, 1);
}

static void keep(void *context, const struct stored_contact *contact)
{
	struct stored_contact **next = context;

	*(*next)++ = *contact;
}

static struct stored_contact only_contact(void)
{
	const struct contact_filter filter = {.limit = 8};
	struct stored_contact contacts[8], *next = contacts;

	assert_int_equal(store_contacts_list(store, &filter, keep, &next), 0);
	assert_int_equal(next - contacts, 1);
	return contacts[0];
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
	reopen();
	apply_one(first_start, 7, 1, 10);
	expect_packets(10);
}

static void test_growth_adds_the_difference(void **state)
{
	(void)state;
	apply_one(first_start, 1, 1, 10);
	apply_one(first_start, 2, 1, 14);
	reopen();
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
	struct contact_record record = make_record(1, 9, 10);

	(void)state;
	record.seen = SEEN_UP | SEEN_UP_PAYLOAD;
	apply(first_start, 1, &record, 1);
	record = make_record(1, 3, 5);
	record.seen = SEEN_DOWN | SEEN_DOWN_PAYLOAD;
	record.seen_port = 1;
	apply(second_start, 1, &record, 1);
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
	assert_int_equal(store_contacts_cursor(store, first_start, &cursor), 0);
	assert_int_equal(cursor, 0);
	apply_one(first_start, 41, 1, 1);
	apply_one(second_start, 5, 1, 1);
	reopen();
	assert_int_equal(store_contacts_cursor(store, first_start, &cursor), 0);
	assert_int_equal(cursor, 41);
	assert_int_equal(store_contacts_cursor(store, second_start, &cursor), 0);
	assert_int_equal(cursor, 5);
}

static void test_failed_batch_leaves_nothing(void **state)
{
	struct contact_record record = make_record(1, 1, 10);
	uint64_t cursor;

	(void)state;
	apply(first_start, 1, &record, 1);
	// A transaction inside a transaction cannot begin.
	assert_int_equal(store_begin(store), 0);
	const struct contact_observer observer = {.family = name_family, .judge = judge};
	struct message_contacts *batch = calloc(1, MESSAGE_SIZE_MAX);

	batch->next = 2;
	batch->count = 1;
	record.packets_up = 50;
	memcpy(batch->records, &record, sizeof(record));
	assert_int_equal(store_contacts_apply(store, first_start, batch, &observer), -1);
	free(batch);
	store_rollback(store);
	expect_packets(10);
	assert_int_equal(store_contacts_cursor(store, first_start, &cursor), 0);
	assert_int_equal(cursor, 1);
}

static void test_judgement_and_family_are_stored(void **state)
{
	struct contact_record record = make_record(1, 1, 10);

	(void)state;
	apply(first_start, 1, &record, 1);
	assert_int_equal(judged, 1);
	assert_string_equal(only_contact().family, "mirai");
	assert_int_equal(only_contact().told_ns, record.last_ns);
	assert_int_equal(only_contact().told_evidence, EVIDENCE_ATTEMPTED);
	family = NULL; // no longer listed
	apply_one(first_start, 2, 1, 11);
	assert_string_equal(only_contact().family, "mirai");
}

static void test_filter(void **state)
{
	struct contact_record records[3] = {
		make_record(1, 1, 1), make_record(2, 2, 1), make_record(3, 3, 1)};
	struct stored_contact contacts[8], *next = contacts;
	struct contact_filter filter = {.evidence = EVIDENCE_ATTEMPTED, .limit = 8};
	struct prefix prefix;

	(void)state;
	records[2].seen = SEEN_DOWN;
	apply(first_start, 3, records, 3);
	assert_int_equal(store_contacts_list(store, &filter, keep, &next), 0);
	assert_int_equal(next - contacts, 2);
	assert_int_equal(
		contacts[0].total.subscriber.address.bytes[15], 2); // the most recent first

	assert_true(prefix_parse("100.64.0.1", 10, &prefix));
	filter.subscribers = &prefix;
	next = contacts;
	assert_int_equal(store_contacts_list(store, &filter, keep, &next), 0);
	assert_int_equal(next - contacts, 1);
	assert_int_equal(contacts[0].total.subscriber.address.bytes[15], 1);

	assert_true(prefix_parse("100.64.0.2/31", 13, &prefix));
	filter.evidence = EVIDENCE_UNSOLICITED;
	next = contacts;
	assert_int_equal(store_contacts_list(store, &filter, keep, &next), 0);
	assert_int_equal(next - contacts, 2);
	filter.limit = 1;
	next = contacts;
	assert_int_equal(store_contacts_list(store, &filter, keep, &next), 0);
	assert_int_equal(next - contacts, 1);
}

static void keep_subscriber(void *context, const struct infected_subscriber *subscriber)
{
	(void)context;
	check_expected(subscriber->subscriber[15]);
	check_expected(subscriber->contacts);
	check_expected(subscriber->families);
	check_expected(subscriber->evidence);
}

static void expect_subscriber(
	uint8_t address, uint64_t contacts, const char *families, enum evidence evidence)
{
	expect_value(keep_subscriber, subscriber->subscriber[15], address);
	expect_value(keep_subscriber, subscriber->contacts, contacts);
	expect_string(keep_subscriber, subscriber->families, families);
	expect_value(keep_subscriber, subscriber->evidence, evidence);
}

static void test_subscribers(void **state)
{
	struct contact_record records[4] = {make_record(1, 1, 1), make_record(1, 2, 1),
		make_record(2, 3, 1), make_record(3, 4, 1)};
	struct infection_summary summary;

	(void)state;
	records[1].port = 23;
	records[1].seen = SEEN_UP | SEEN_DOWN;
	records[3].seen = SEEN_DOWN; // unsolicited: not infected
	apply(first_start, 1, &records[0], 2);
	family = NULL;
	apply(first_start, 2, &records[2], 2);

	assert_int_equal(store_infection_summary(store, &summary), 0);
	assert_int_equal(summary.infected, 2);
	assert_int_equal(summary.contacts, 3);
	assert_int_equal(summary.unsolicited, 1);
	assert_int_equal(summary.family_count, 2);
	assert_string_equal(summary.families[0].family, "");
	assert_int_equal(summary.families[0].subscribers, 1);
	assert_string_equal(summary.families[1].family, "mirai");
	assert_int_equal(summary.families[1].subscribers, 1);

	expect_subscriber(2, 1, "[]", EVIDENCE_ATTEMPTED);
	expect_subscriber(1, 2, "[\"mirai\"]", EVIDENCE_ANSWERED);
	assert_int_equal(store_subscribers_list(store, 10, keep_subscriber, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_same_batch_again_adds_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_growth_adds_the_difference, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_new_instance_adds_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_new_serial_adds_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_shrunken_record_adds_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_times_and_flags_span_instances, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cursor_is_per_instance, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_failed_batch_leaves_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_judgement_and_family_are_stored, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_subscribers, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
