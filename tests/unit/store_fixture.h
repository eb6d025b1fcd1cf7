// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A store in a directory of its own, records as the data plane tells them, and a resolver that is
// told who holds which address from when on. After cmocka.h.

#include "control/store/contacts.h"
#include "control/store/reattribution.h"
#include "control/store/subscribers.h"
#include "tests/unit/scratch.h"

#include <sqlite3.h>

#include <time.h>

#define HOLDERS_MAX 64

static const uint8_t first_start[INSTANCE_SIZE] = {1};
static const uint8_t second_start[INSTANCE_SIZE] = {2};

// Who holds 100.64.0.`last_byte` from that moment on; "": nobody knows.
struct test_holder {
	uint8_t last_byte;
	uint64_t from_ns;
	const char *name;
};

struct store_fixture {
	struct scratch scratch;
	struct store *store;
	const char *family;
	int judged;
	struct stored_contact last_judged;
	struct test_holder holders[HOLDERS_MAX];
	size_t holder_count;
	uint8_t flags; // of all who are known
	bool broken;   // the resolver fails
};

static struct store_fixture fixture;

static inline void fixture_open(void)
{
	char error[512];

	fixture.store = store_open(fixture.scratch.path, error, sizeof(error));
	if (fixture.store == NULL)
		fail_msg("%s", error);
}

static inline void fixture_reopen(void)
{
	store_close(fixture.store);
	fixture_open();
}

static inline int fixture_set_up(void **state)
{
	(void)state;
	fixture = (struct store_fixture){.scratch = scratch_make(), .family = "mirai"};
	fixture_open();
	return 0;
}

static inline int fixture_tear_down(void **state)
{
	(void)state;
	store_close(fixture.store);
	scratch_remove(&fixture.scratch);
	return 0;
}

static inline void fixture_hold(uint8_t last_byte, uint64_t from_ns, const char *name)
{
	assert_true(fixture.holder_count < HOLDERS_MAX);
	fixture.holders[fixture.holder_count++] = (struct test_holder){last_byte, from_ns, name};
}

static inline const char *fixture_holder(uint8_t last_byte, uint64_t at_ns)
{
	const struct test_holder *found = NULL;

	for (size_t i = 0; i < fixture.holder_count; i++) {
		const struct test_holder *holder = &fixture.holders[i];

		if (holder->last_byte == last_byte && holder->from_ns <= at_ns &&
			(found == NULL || holder->from_ns >= found->from_ns))
			found = holder;
	}
	return found == NULL ? "" : found->name;
}

static inline int fixture_resolve(void *context, const struct subscriber_key *key, const char *link,
	uint64_t at_ns, struct resolved *resolved)
{
	const char *name = fixture_holder(key->address.bytes[15], at_ns);

	(void)context;
	if (fixture.broken)
		return -1;
	// A block of ports of a shared address stands for an address inside.
	if (key->kind == SUBSCRIBER_PORTS) {
		resolved->translated = true;
		address_from_v4(&resolved->via, (const uint8_t[]){100, 64, 0, 99});
		name = fixture_holder(99, at_ns);
	}
	resolved->known = *name != '\0';
	if (resolved->known)
		resolved->flags = fixture.flags;
	if (resolved->known)
		snprintf(resolved->name, sizeof(resolved->name), "%s", name);
	else
		subscriber_key_format(key, link, resolved->name);
	return 0;
}

static inline const char *fixture_family(void *context, const struct contact_record *record)
{
	(void)context;
	(void)record;
	return fixture.family;
}

static inline const char *fixture_link(void *context, uint16_t link)
{
	(void)context;
	return link == 1 ? "edge1" : NULL;
}

static inline void fixture_judge(void *context, struct stored_contact *contact)
{
	(void)context;
	fixture.judged++;
	fixture.last_judged = *contact;
	contact->told_ns = contact->total.last_ns;
	contact->told_evidence = contact->evidence;
}

static const struct contact_observer fixture_observer = {.family = fixture_family,
	.link = fixture_link,
	.judge = fixture_judge,
	.resolver = {.resolve = fixture_resolve}};

// Of 100.64.0.`subscriber`, with datagrams up only, from 1000 x serial on.
static inline struct contact_record fixture_record(
	uint8_t subscriber, uint64_t serial, uint64_t packets)
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
	const uint8_t v4[4] = {100, 64, 0, subscriber}, server[4] = {198, 51, 100, 9};
	struct address address;

	address_from_v4(&record.subscriber.address, v4);
	address_from_v4(&address, server);
	memcpy(record.address, address.bytes, sizeof(record.address));
	return record;
}

#define SECOND_NS UINT64_C(1000000000)

// The same in seconds: of real handovers, which lie further apart than shares do.
static inline struct contact_record fixture_record_at(
	uint8_t subscriber, uint64_t serial, uint64_t packets, uint64_t first_s, uint64_t last_s)
{
	struct contact_record record = fixture_record(subscriber, serial, packets);

	record.first_ns = first_s * SECOND_NS;
	record.last_ns = last_s * SECOND_NS;
	return record;
}

static inline int fixture_try(const uint8_t instance[INSTANCE_SIZE], uint64_t next,
	const struct contact_record *records, uint32_t count)
{
	struct message_contacts *batch = calloc(1, MESSAGE_SIZE_MAX);
	int result;

	assert_non_null(batch);
	batch->next = next;
	batch->count = count;
	memcpy(batch->records, records, count * sizeof(*records));
	result = store_contacts_apply(fixture.store, instance, batch, &fixture_observer);
	free(batch);
	return result;
}

static inline void fixture_apply(const uint8_t instance[INSTANCE_SIZE], uint64_t next,
	const struct contact_record *records, uint32_t count)
{
	if (fixture_try(instance, next, records, count) < 0)
		fail_msg("%s", store_error(fixture.store));
}

// What changed of 100.64.0.`last_byte`, looked at until all is done. Gives how many shares moved.
static inline uint64_t fixture_reattribute(uint8_t last_byte, uint64_t from_ns)
{
	struct reattribution reattribution = {.change.from_ns = from_ns};
	const uint8_t v4[4] = {100, 64, 0, last_byte};
	int result;

	address_from_v4(&reattribution.change.prefix.address, v4);
	reattribution.change.prefix.length = 128;
	do
		result = store_contacts_reattribute(
			fixture.store, &reattribution, &fixture_observer);
	while (result == 1);
	if (result < 0)
		fail_msg("%s", store_error(fixture.store));
	return reattribution.moved;
}

#define FIXTURE_CONTACTS_MAX 64

struct fixture_contacts {
	struct stored_contact contacts[FIXTURE_CONTACTS_MAX];
	size_t count;
};

static inline void fixture_keep(void *context, const struct stored_contact *contact)
{
	struct fixture_contacts *list = context;

	assert_true(list->count < FIXTURE_CONTACTS_MAX);
	list->contacts[list->count++] = *contact;
}

// The most recent first, unsolicited ones too.
static inline size_t fixture_list(
	struct fixture_contacts *list, const struct contact_filter *filter)
{
	static const struct contact_filter all = {.limit = FIXTURE_CONTACTS_MAX};

	list->count = 0;
	if (store_contacts_list(fixture.store, filter != NULL ? filter : &all, fixture_keep, list) <
		0)
		fail_msg("%s", store_error(fixture.store));
	return list->count;
}

// The only contact of that subscriber.
static inline struct stored_contact fixture_contact(const char *subscriber)
{
	struct fixture_contacts *list = calloc(1, sizeof(*list));
	struct stored_contact found = {0};
	size_t matching = 0;

	assert_non_null(list);
	fixture_list(list, NULL);
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->contacts[i].subscriber, subscriber) != 0)
			continue;
		found = list->contacts[i];
		matching++;
	}
	if (matching != 1)
		fail_msg("%zu contacts of %s", matching, subscriber);
	free(list);
	return found;
}

// The first value of the first row.
static inline int64_t fixture_number(const char *sql)
{
	sqlite3_stmt *statement = store_statement(fixture.store, sql);
	int64_t value;

	if (statement == NULL || store_next(fixture.store, statement) != 1)
		fail_msg("%s: %s", sql, store_error(fixture.store));
	value = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return value;
}
