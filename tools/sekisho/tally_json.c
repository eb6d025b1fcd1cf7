// SPDX-License-Identifier: BSD-3-Clause
#include "config/transport.h"
#include "config/utc.h"
#include "tools/sekisho/tally.h"

#include <jansson.h>

#include <stdio.h>

// Digits of a second: what captures have.
#define MICROSECONDS 6

// Takes over `value`; NULL (memory is out) spoils the whole.
static void put(json_t *object, const char *name, json_t *value, bool *whole)
{
	if (json_object_set_new(object, name, value) != 0)
		*whole = false;
}

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static uint64_t counted(const struct tally *tally, enum counter counter)
{
	return counters_get(tally->counters, counter);
}

static json_t *object_of(const char *name, uint64_t value)
{
	return json_pack("{s:I}", name, (json_int_t)value);
}

static json_t *time_text(uint64_t ns)
{
	char text[UTC_TEXT_SIZE];

	if (ns == 0)
		return json_null();
	utc_format(ns, MICROSECONDS, text);
	return json_string(text);
}

static json_t *packets_object(const struct tally *tally, bool *whole)
{
	json_t *packets = json_object(), *undecoded = json_object();

	put(packets, "received", integer(counted(tally, COUNTER_RECEIVED)), whole);
	put(packets, "forwarded", integer(counted(tally, COUNTER_FORWARDED)), whole);
	put(packets, "dropped", integer(counted(tally, COUNTER_DROPPED_VERDICT)), whole);
	for (enum counter i = 0; i < COUNTER_COUNT; i++)
		if (counter_is_reason(i) && counted(tally, i) != 0)
			put(undecoded, counter_reason_name(i), integer(counted(tally, i)), whole);
	put(packets, "undecoded", undecoded, whole);
	put(packets, "bytes", integer(counted(tally, COUNTER_RECEIVED_BYTES)), whole);
	put(packets, "first", time_text(tally->first_ns), whole);
	put(packets, "last", time_text(tally->last_ns), whole);
	return packets;
}

static json_t *contact_object(
	const struct tally *tally, const struct tally_contact *contact, bool *whole)
{
	const struct contact_record *record = &contact->record;
	char key[SUBSCRIBER_KEY_TEXT_SIZE], address[ADDRESS_TEXT_SIZE], number[4];
	json_t *object = json_object();

	tally_key(tally, record, key);
	tally_address(record, address);
	put(object, "subscriber", json_string(contact->subscriber), whole);
	put(object, "key", json_string(key), whole);
	put(object, "address", json_string(address), whole);
	put(object, "port", json_integer(record->seen_port), whole);
	put(object, "any_port", json_boolean(record->port == 0), whole);
	put(object, "transport", json_string(transport_name(record->transport, number)), whole);
	put(object, "level", json_integer(record->level), whole);
	put(object, "family", contact->family == NULL ? json_null() : json_string(contact->family),
		whole);
	put(object, "packets_out", integer(record->packets_up), whole);
	put(object, "packets_in", integer(record->packets_down), whole);
	put(object, "packets_dropped", integer(record->packets_dropped), whole);
	put(object, "bytes_out", integer(record->bytes_up), whole);
	put(object, "bytes_in", integer(record->bytes_down), whole);
	put(object, "first_seen", time_text(record->first_ns), whole);
	put(object, "last_seen", time_text(record->last_ns), whole);
	put(object, "evidence", json_string(evidence_name(contact->evidence)), whole);
	put(object, "verdict", json_string(action_name(record->verdict)), whole);
	put(object, "applied", json_boolean(record->applied), whole);
	return object;
}

static json_t *contacts_array(const struct tally *tally, bool *whole)
{
	json_t *contacts = json_array();

	for (size_t i = 0; i < tally->contact_count; i++)
		if (json_array_append_new(
			    contacts, contact_object(tally, &tally->contacts[i], whole)) != 0)
			*whole = false;
	return contacts;
}

static json_t *generation_object(const struct tally *tally, bool *whole)
{
	const struct generation_header *header = &tally->ruleset->header;
	char digest[2 * GENERATION_DIGEST_SIZE + 1];
	json_t *object = json_object();

	for (size_t i = 0; i < GENERATION_DIGEST_SIZE; i++)
		snprintf(&digest[2 * i], 3, "%02x", header->digest[i]);
	put(object, "digest", json_string(digest), whole);
	put(object, "rules", json_integer(header->service_count), whole);
	return object;
}

static json_t *lists_array(const struct tally *tally, bool *whole)
{
	json_t *lists = json_array();

	for (size_t i = 0; i < tally->ruleset->list_count; i++) {
		const struct ruleset_list *list = &tally->ruleset->lists[i];
		json_t *object = json_object();

		// A file name may be any bytes; JSON may not.
		json_t *file = json_string(list->path);
		put(object, "file", file == NULL ? json_null() : file, whole);
		put(object, "format", json_string(feed_format_name(list->report.format)), whole);
		put(object, "accepted", json_integer(list->report.accepted), whole);
		put(object, "rejected", json_integer(list->report.rejected), whole);
		put(object, "quarantined", json_integer(list->report.quarantined), whole);
		if (json_array_append_new(lists, object) != 0)
			*whole = false;
	}
	return lists;
}

bool tally_print_json(const struct tally *tally)
{
	json_t *report = json_object(), *matched = json_object(), *unsolicited = json_object();
	bool whole = true;

	put(report, "packets", packets_object(tally, &whole), &whole);
	put(matched, "packets", integer(counted(tally, COUNTER_MATCHED)), &whole);
	put(matched, "bytes", integer(counted(tally, COUNTER_MATCHED_BYTES)), &whole);
	put(report, "matched", matched, &whole);
	put(report, "other_port", object_of("packets", counted(tally, COUNTER_OTHER_PORT)), &whole);
	put(report, "foreign", object_of("packets", counted(tally, COUNTER_FOREIGN)), &whole);
	put(report, "spoofed", object_of("packets", counted(tally, COUNTER_SPOOFED)), &whole);
	put(report, "no_port", object_of("packets", counted(tally, COUNTER_NO_PORT)), &whole);
	put(report, "opted_out", object_of("packets", counted(tally, COUNTER_OPTED_OUT)), &whole);
	put(report, "fragment_early", object_of("packets", counted(tally, COUNTER_FRAGMENT_EARLY)),
		&whole);
	put(report, "fragment_short", object_of("packets", counted(tally, COUNTER_FRAGMENT_SHORT)),
		&whole);
	put(report, "fragment_overlap",
		object_of("packets", counted(tally, COUNTER_FRAGMENT_OVERLAP)), &whole);
	put(report, "headers_hidden", object_of("packets", counted(tally, COUNTER_HEADERS_HIDDEN)),
		&whole);
	put(report, "would_drop", object_of("packets", counted(tally, COUNTER_WOULD_DROP)), &whole);
	put(unsolicited, "contacts", integer(tally->unsolicited_contacts), &whole);
	put(unsolicited, "packets", integer(tally->unsolicited_packets), &whole);
	put(report, "unsolicited", unsolicited, &whole);
	put(report, "infected_subscribers", integer(tally->infected_subscribers), &whole);
	put(report, "contacts", contacts_array(tally, &whole), &whole);
	put(report, "contacts_refused", integer(tally->contacts_refused), &whole);
	put(report, "mode", json_string(mode_name(tally->mode)), &whole);
	put(report, "generation", generation_object(tally, &whole), &whole);
	put(report, "lists", lists_array(tally, &whole), &whole);
	put(report, "complete", json_boolean(tally->complete), &whole);

	whole = whole && json_dumpf(report, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF &&
		fflush(stdout) == 0;
	json_decref(report);
	return whole;
}
