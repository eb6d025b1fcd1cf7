// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/contacts.h"

#include "config/config.h"
#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/store/subscribers.h"

#include <string.h>

#define LIMIT_DEFAULT 1000

static json_t *check_limit(const char *command, json_int_t limit)
{
	if (limit >= 1 && limit <= REPORT_LIMIT_MAX)
		return NULL;
	return error_json(
		"%s: limit %lld is not in 1..%d", command, (long long)limit, REPORT_LIMIT_MAX);
}

static void append_contact(void *context, const struct stored_contact *contact)
{
	json_array_append_new(context, contact_json(NULL, contact));
}

// The subscriber that an address belongs to, as the data plane masks it.
static struct prefix subscriber_prefix(const struct config *config, const struct prefix *asked)
{
	const bool v4 = address_is_v4(&asked->address);
	const uint8_t length =
		v4 ? (uint8_t)(ADDRESS_V4_OFFSET_BITS + config->subscribers.v4_length)
		   : config->subscribers.v6_length;
	struct prefix prefix = *asked;

	if (length < prefix.length) {
		prefix.address = address_mask(&prefix.address, length);
		prefix.length = length;
	}
	return prefix;
}

json_t *contacts_json(const struct control *control, const json_t *request)
{
	struct contact_filter filter = {.evidence = EVIDENCE_ATTEMPTED};
	json_int_t limit = LIMIT_DEFAULT;
	const char *text = NULL;
	struct infection_summary summary;
	struct prefix prefix;
	json_error_t error;
	json_t *contacts, *refused;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s?s, s?I}", "subscriber", &text, "limit",
		    &limit) < 0)
		return error_json("contacts: %s", error.text);
	refused = check_limit("contacts", limit);
	if (refused != NULL)
		return refused;
	if (text != NULL) {
		if (!prefix_parse(text, strlen(text), &prefix))
			return error_json("contacts: \"%s\" is no address or prefix", text);
		prefix = subscriber_prefix(control->config, &prefix);
		filter.subscribers = &prefix;
	}
	filter.limit = (uint32_t)limit;
	contacts = json_array();
	if (store_contacts_list(control->store, &filter, append_contact, contacts) < 0 ||
		store_infection_summary(control->store, &summary) < 0) {
		json_decref(contacts);
		return error_json("%s", store_error(control->store));
	}
	return json_pack("{s:I, s:I, s:o}", "total", (json_int_t)summary.contacts, "unsolicited",
		(json_int_t)summary.unsolicited, "contacts", contacts);
}

static void append_subscriber(void *context, const struct infected_subscriber *subscriber)
{
	json_t *families = json_loads(subscriber->families, 0, NULL);

	json_array_append_new(context,
		json_pack("{s:o, s:o, s:I, s:o, s:o, s:s, s:i, s:I, s:I, s:I, s:I, s:I}",
			"subscriber",
			subscriber_json(subscriber->subscriber, subscriber->subscriber_length),
			"families", families, "contacts", (json_int_t)subscriber->contacts,
			"first_seen", time_json(subscriber->first_ns), "last_seen",
			time_json(subscriber->last_ns), "evidence",
			evidence_name(subscriber->evidence), "level", subscriber->level,
			"packets_out", (json_int_t)subscriber->packets_up, "packets_in",
			(json_int_t)subscriber->packets_down, "bytes_out",
			(json_int_t)subscriber->bytes_up, "bytes_in",
			(json_int_t)subscriber->bytes_down, "packets_dropped",
			(json_int_t)subscriber->packets_dropped));
}

json_t *subscribers_json(const struct control *control, const json_t *request)
{
	json_int_t limit = LIMIT_DEFAULT;
	struct infection_summary summary;
	json_t *subscribers, *refused;
	json_error_t error;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s?I}", "limit", &limit) < 0)
		return error_json("subscribers: %s", error.text);
	refused = check_limit("subscribers", limit);
	if (refused != NULL)
		return refused;
	subscribers = json_array();
	if (store_subscribers_list(
		    control->store, (uint32_t)limit, append_subscriber, subscribers) < 0 ||
		store_infection_summary(control->store, &summary) < 0) {
		json_decref(subscribers);
		return error_json("%s", store_error(control->store));
	}
	return json_pack("{s:I, s:o}", "infected_subscribers", (json_int_t)summary.infected,
		"subscribers", subscribers);
}
