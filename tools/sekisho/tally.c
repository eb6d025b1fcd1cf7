// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/tally.h"

#include <stdlib.h>
#include <string.h>

// Records copied at a time.
#define BATCH 1024

static int contact_compare(const void *left, const void *right)
{
	const struct contact_record *a = &((const struct tally_contact *)left)->record;
	const struct contact_record *b = &((const struct tally_contact *)right)->record;
	int order = subscriber_key_compare(&a->subscriber, &b->subscriber);

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

static void tally_add(struct tally *tally, const struct contact_record *record)
{
	const enum evidence evidence = evidence_of(record->seen);
	struct address address;

	if (evidence == EVIDENCE_UNSOLICITED) {
		tally->unsolicited_contacts++;
		tally->unsolicited_packets += record->packets_up + record->packets_down;
		return;
	}
	memcpy(address.bytes, record->address, sizeof(address.bytes));
	const struct indicator *indicator = catalogue_find(
		tally->ruleset->catalogue, &address, record->port, record->rule_transport);
	tally->contacts[tally->contact_count++] = (struct tally_contact){
		.record = *record,
		.evidence = evidence,
		.family = indicator == NULL ? NULL : indicator->family,
	};
}

bool tally_take(struct tally *tally, const struct player *player, const struct ruleset *ruleset)
{
	struct contacts *contacts = player_contacts(player);
	const struct contact_totals totals = contacts_totals(contacts);
	struct contact_record *batch = calloc(BATCH, sizeof(*batch));
	uint64_t after = 0;
	bool more = true;

	tally->counters = player_counters(player);
	tally->ruleset = ruleset;
	tally->last_ns = player_last_ns(player);
	tally->contacts_refused = totals.refused;
	tally->contacts = calloc(totals.count + 1, sizeof(*tally->contacts));
	if (batch == NULL || tally->contacts == NULL) {
		free(batch);
		tally_clear(tally);
		return false;
	}
	while (more) {
		const uint32_t count = contacts_read(contacts, after, batch, BATCH, &more);

		for (uint32_t i = 0; i < count; i++) {
			after = batch[i].change;
			tally_add(tally, &batch[i]);
		}
	}
	free(batch);
	qsort(tally->contacts, tally->contact_count, sizeof(*tally->contacts), contact_compare);
	for (size_t i = 0; i < tally->contact_count; i++)
		if (i == 0 || subscriber_key_compare(&tally->contacts[i - 1].record.subscriber,
				      &tally->contacts[i].record.subscriber) != 0)
			tally->infected_subscribers++;
	return true;
}

void tally_clear(struct tally *tally)
{
	free(tally->contacts);
	tally->contacts = NULL;
	tally->contact_count = 0;
}

void tally_subscriber(const struct tally *tally, const struct contact_record *record,
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

const char *tally_reason(enum counter counter)
{
	static const char prefix[] = "undecoded_";

	return counter_infos[counter].name + sizeof(prefix) - 1;
}
