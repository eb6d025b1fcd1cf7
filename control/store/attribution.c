// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/attribution.h"

#include "control/store/contact_row.h"

#include <string.h>

int attribution_find(const struct subscriber_resolver *resolver, const struct record_key *key,
	struct share *share, struct resolved *resolved)
{
	struct resolved before = {0};

	memset(resolved, 0, sizeof(*resolved));
	if (resolver->resolve(resolver->context, &key->key, key->link, share->until_ns, resolved) <
		0)
		return -1;
	share->translated = resolved->translated;
	share->via = resolved->via;
	if (share->from_ns == share->until_ns) {
		share_count(share, false);
		return 0;
	}
	if (resolver->resolve(resolver->context, &key->key, key->link, share->from_ns, &before) < 0)
		return -1;
	share_count(share, strcmp(before.name, resolved->name) != 0);
	return 0;
}

int attribution_member(const struct contact_observer *observer, const struct resolved *resolved,
	const struct record_key *key, struct share *share)
{
	share->membership = (struct membership){0};
	if (observer->member == NULL)
		return 0;
	return observer->member(
		observer->context, resolved, key, share->until_ns, &share->membership);
}

static void merge_record(struct stored_contact *contact, const struct contact_record *record,
	const struct record_key *key, const struct membership *membership)
{
	struct contact_record *total = &contact->total;

	if (contact->row != 0 && record->last_ns < total->last_ns)
		return;
	memcpy(total->address, record->address, sizeof(total->address));
	total->port = record->port;
	total->transport = record->transport;
	total->rule_transport = record->rule_transport;
	total->level = record->level;
	total->verdict = record->verdict;
	total->applied = record->applied;
	if (total->seen_port == 0)
		total->seen_port = record->seen_port;
	memcpy(contact->key, key->text, sizeof(contact->key));
	contact->membership = *membership;
}

static void add_share(struct contact_record *total, const struct share *share)
{
	total->packets_up += share->counters.packets_up;
	total->packets_down += share->counters.packets_down;
	total->bytes_up += share->counters.bytes_up;
	total->bytes_down += share->counters.bytes_down;
	total->packets_dropped += share->counters.packets_dropped;
	total->seen |= share->counted_seen;
	if (total->first_ns == 0 || share->counted_from_ns < total->first_ns)
		total->first_ns = share->counted_from_ns;
	if (share->until_ns > total->last_ns)
		total->last_ns = share->until_ns;
}

int attribution_gain(struct store *store, const struct resolved *resolved,
	const struct record_key *key, const struct share *share,
	const struct contact_record *record, struct stored_contact *contact)
{
	int64_t subscriber;

	if (store_holder_note(
		    store, resolved, share->counted_from_ns, share->until_ns, &subscriber) < 0 ||
		store_holder_note_key(
			store, subscriber, key, share->counted_from_ns, share->until_ns) < 0 ||
		contact_row_find(store, subscriber, record, contact) < 0)
		return -1;
	contact->subscriber_row = subscriber;
	memcpy(contact->subscriber, resolved->name, sizeof(contact->subscriber));
	contact->known = resolved->known;
	contact->flags = resolved->flags;
	merge_record(contact, record, key, &share->membership);
	add_share(&contact->total, share);
	contact->evidence = evidence_of(contact->total.seen);
	return 0;
}

void attribution_subtract(const struct share *share, struct contact_record *total)
{
	total->packets_up -= share->counters.packets_up;
	total->packets_down -= share->counters.packets_down;
	total->bytes_up -= share->counters.bytes_up;
	total->bytes_down -= share->counters.bytes_down;
	total->packets_dropped -= share->counters.packets_dropped;
}
