// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/contacts.h"

#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/report/filter.h"
#include "control/store/subscribers.h"

static void append_contact(void *context, const struct stored_contact *contact)
{
	json_array_append_new(context, contact_json(NULL, contact));
}

json_t *contacts_json(const struct control *control, const json_t *request)
{
	struct infection_summary summary;
	struct report_filter wanted;
	json_t *refused = filter_read(&wanted, "contacts", request, control->config);
	json_t *contacts;

	if (refused != NULL)
		return refused;
	contacts = json_array();
	if (store_contacts_list(control->store, &wanted.filter, append_contact, contacts) < 0 ||
		store_infection_summary(control->store, &summary) < 0) {
		json_decref(contacts);
		return error_json("%s", store_error(control->store));
	}
	return json_pack("{s:I, s:I, s:o}", "total", (json_int_t)summary.contacts, "unsolicited",
		(json_int_t)summary.unsolicited, "contacts", contacts);
}

static void append_subscriber(void *context, const struct infected_subscriber *subscriber)
{
	json_t *object = json_pack("{s:s, s:b, s:o, s:I, s:o, s:I, s:o, s:o, s:s, s:i, s:I, s:I, "
				   "s:I, s:I, s:I}",
		"subscriber", subscriber->name, "known", subscriber->known, "keys",
		json_loads(subscriber->keys, 0, NULL), "key_count",
		(json_int_t)subscriber->key_count, "families",
		json_loads(subscriber->families, 0, NULL), "contacts",
		(json_int_t)subscriber->contacts, "first_seen", time_json(subscriber->first_ns),
		"last_seen", time_json(subscriber->last_ns), "evidence",
		evidence_name(subscriber->evidence), "level", subscriber->level, "packets_out",
		(json_int_t)subscriber->packets_up, "packets_in",
		(json_int_t)subscriber->packets_down, "bytes_out", (json_int_t)subscriber->bytes_up,
		"bytes_in", (json_int_t)subscriber->bytes_down, "packets_dropped",
		(json_int_t)subscriber->packets_dropped);

	json_array_append_new(context, flags_add(object, subscriber->flags));
}

json_t *subscribers_json(const struct control *control, const json_t *request)
{
	struct infection_summary summary;
	struct report_filter wanted;
	json_t *refused = filter_read(&wanted, "subscribers", request, control->config);
	json_t *subscribers;

	if (refused != NULL)
		return refused;
	if (wanted.filter.evidence < EVIDENCE_ATTEMPTED)
		return error_json("subscribers: evidence \"unsolicited\" is none against anybody; "
				  "sekisho contacts shows such contacts");
	subscribers = json_array();
	if (store_subscribers_list(control->store, &wanted.filter, append_subscriber, subscribers) <
			0 ||
		store_infection_summary(control->store, &summary) < 0) {
		json_decref(subscribers);
		return error_json("%s", store_error(control->store));
	}
	return json_pack("{s:I, s:o}", "infected_subscribers", (json_int_t)summary.infected,
		"subscribers", subscribers);
}
