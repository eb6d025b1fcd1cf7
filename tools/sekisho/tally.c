// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/tally.h"

#include "control/string_pool.h"

#include <stdlib.h>
#include <string.h>

// Records copied at a time.
#define BATCH 1024

static int subscriber_compare(const struct tally_contact *a, const struct tally_contact *b)
{
	if (a->known != b->known)
		return a->known ? -1 : 1;
	return a->known ? strcmp(a->subscriber, b->subscriber)
			: subscriber_key_compare(&a->inside, &b->inside);
}

// 0: one contact, whatever the keys.
static int contact_compare(const struct tally_contact *left, const struct tally_contact *right)
{
	const struct contact_record *a = &left->record, *b = &right->record;
	int order = subscriber_compare(left, right);

	if (order == 0)
		order = memcmp(a->address, b->address, sizeof(a->address));
	if (order == 0)
		order = (int)a->seen_port - (int)b->seen_port;
	if (order == 0)
		order = (int)a->transport - (int)b->transport;
	if (order == 0) // an exact rule and one for any port, both met
		order = (int)a->port - (int)b->port;
	if (order == 0)
		order = (int)a->rule_transport - (int)b->rule_transport;
	return order;
}

static int compare(const void *left, const void *right)
{
	const struct tally_contact *a = left, *b = right;
	const int order = contact_compare(a, b);

	return order != 0 ? order
			  : subscriber_key_compare(&a->record.subscriber, &b->record.subscriber);
}

// false: memory is out.
static bool tally_add(struct tally *tally, const struct contact_record *record)
{
	const enum evidence evidence = evidence_of(record->seen);
	struct identity_result who;
	struct address address;

	if (evidence == EVIDENCE_UNSOLICITED) {
		tally->unsolicited_contacts++;
		tally->unsolicited_packets += record->packets_up + record->packets_down;
		return true;
	}
	identity_resolve(registry_identity(tally->ruleset->registry), NULL, &record->subscriber,
		tally->link, record->first_ns, &who);
	memcpy(address.bytes, record->address, sizeof(address.bytes));
	const struct indicator *indicator = catalogue_find(
		tally->ruleset->catalogue, &address, record->port, record->rule_transport);
	tally->contacts[tally->contact_count++] = (struct tally_contact){
		.record = *record,
		.subscriber = string_pool_add(tally->names, who.subscriber),
		.inside = who.key,
		.known = who.known,
		.evidence = evidence,
		.family = indicator == NULL ? NULL : indicator->family,
	};
	return tally->contacts[tally->contact_count - 1].subscriber != NULL;
}

// Adds what the same subscriber did by another key.
static void contact_join(struct tally_contact *contact, const struct tally_contact *other)
{
	struct contact_record sum = contact->record;
	const struct contact_record *more = &other->record;

	if (more->last_ns > sum.last_ns) {
		sum = *more;
		more = &contact->record;
	}
	sum.seen |= more->seen;
	sum.packets_up += more->packets_up;
	sum.packets_down += more->packets_down;
	sum.bytes_up += more->bytes_up;
	sum.bytes_down += more->bytes_down;
	sum.packets_dropped += more->packets_dropped;
	if (more->first_ns < sum.first_ns)
		sum.first_ns = more->first_ns;
	contact->evidence = evidence_of(sum.seen);
	contact->record = sum;
}

// Orders the contacts, joins those that are one, and counts who is infected.
static void tally_group(struct tally *tally)
{
	struct tally_contact *contacts = tally->contacts;
	size_t kept = 0;

	qsort(contacts, tally->contact_count, sizeof(*contacts), compare);
	for (size_t i = 0; i < tally->contact_count; i++) {
		if (kept > 0 && contact_compare(&contacts[kept - 1], &contacts[i]) == 0) {
			contact_join(&contacts[kept - 1], &contacts[i]);
			continue;
		}
		if (kept == 0 || subscriber_compare(&contacts[kept - 1], &contacts[i]) != 0)
			tally->infected_subscribers++;
		contacts[kept++] = contacts[i];
	}
	tally->contact_count = kept;
}

bool tally_take(struct tally *tally, const struct player *player, const struct ruleset *ruleset)
{
	struct contacts *contacts = player_contacts(player);
	const struct contact_totals totals = contacts_totals(contacts);
	struct contact_record *batch = calloc(BATCH, sizeof(*batch));
	uint64_t after = 0;
	bool more = true, whole = true;

	tally->counters = player_counters(player);
	tally->ruleset = ruleset;
	tally->last_ns = player_last_ns(player);
	tally->contacts_refused = totals.refused;
	tally->contacts = calloc(totals.count + 1, sizeof(*tally->contacts));
	tally->names = string_pool_create();
	if (batch == NULL || tally->contacts == NULL || tally->names == NULL) {
		free(batch);
		tally_clear(tally);
		return false;
	}
	while (more && whole) {
		const uint32_t count = contacts_read(contacts, after, batch, BATCH, &more);

		for (uint32_t i = 0; i < count && whole; i++) {
			after = batch[i].change;
			whole = tally_add(tally, &batch[i]);
		}
	}
	free(batch);
	if (!whole) {
		tally_clear(tally);
		return false;
	}
	tally_group(tally);
	return true;
}

void tally_clear(struct tally *tally)
{
	free(tally->contacts);
	string_pool_free(tally->names);
	tally->contacts = NULL;
	tally->names = NULL;
	tally->contact_count = 0;
}

void tally_key(const struct tally *tally, const struct contact_record *record,
	char text[SUBSCRIBER_KEY_TEXT_SIZE])
{
	subscriber_key_format(&record->subscriber, tally->link, text);
}

void tally_address(const struct contact_record *record, char text[ADDRESS_TEXT_SIZE])
{
	struct address address;

	memcpy(address.bytes, record->address, sizeof(address.bytes));
	address_format(&address, text);
}

uint64_t tally_dropped(const struct tally *tally)
{
	uint64_t dropped = 0;

	for (enum counter i = 0; i < COUNTER_COUNT; i++)
		if (counter_infos[i].kind == COUNTER_DROP)
			dropped += counters_get(tally->counters, i);
	return dropped;
}
