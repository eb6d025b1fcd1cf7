// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/contact.h"

#include "config/action.h"
#include "config/address.h"
#include "config/transport.h"
#include "config/utc.h"

#include <string.h>

#define FRACTION_DIGITS 3u

json_t *prefix_json(const struct prefix *prefix)
{
	char text[PREFIX_TEXT_SIZE];

	prefix_format(prefix, text);
	return json_string(text);
}

json_t *time_json(uint64_t ns)
{
	char text[UTC_TEXT_SIZE];

	if (ns == 0)
		return json_null();
	utc_format(ns, FRACTION_DIGITS, text);
	return json_string(text);
}

json_t *flags_add(json_t *object, uint8_t flags)
{
	json_t *names;

	if (object == NULL || flags == 0)
		return object;
	names = json_array();
	for (unsigned bit = 0; bit < 8; bit++)
		if (((unsigned)flags >> bit & 1u) && subscriber_flag_name(bit) != NULL)
			json_array_append_new(names, json_string(subscriber_flag_name(bit)));
	if (json_object_set_new(object, "flags", names) < 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

json_t *contact_json(json_t *object, const struct stored_contact *contact)
{
	const struct contact_record *total = &contact->total;
	struct address server;
	char address[ADDRESS_TEXT_SIZE];
	char number[4];
	json_t *members;
	int result;

	memcpy(server.bytes, total->address, sizeof(server.bytes));
	address_format(&server, address);
	members = json_pack("{s:s, s:s, s:s, s:i, s:b, s:s, s:i, s:s?, s:I, s:I, s:I, s:I, s:I, "
			    "s:o, s:o, s:s, s:s, s:b}",
		"subscriber", contact->subscriber, "key", contact->key, "address", address, "port",
		total->port != 0 ? total->port : total->seen_port, "any_port", total->port == 0,
		"transport", transport_name(total->transport, number), "level", total->level,
		"family", contact->family[0] != '\0' ? contact->family : NULL, "packets_out",
		(json_int_t)total->packets_up, "packets_in", (json_int_t)total->packets_down,
		"bytes_out", (json_int_t)total->bytes_up, "bytes_in", (json_int_t)total->bytes_down,
		"packets_dropped", (json_int_t)total->packets_dropped, "first_seen",
		time_json(total->first_ns), "last_seen", time_json(total->last_ns), "evidence",
		evidence_name(contact->evidence), "verdict",
		action_name((enum action)total->verdict), "applied", total->applied != 0);
	if (contact->membership.group != COHORT_NEITHER)
		json_object_set_new(members, "group",
			json_string(cohort_group_name(contact->membership.group)));
	members = flags_add(members, contact->flags);
	if (members == NULL) {
		json_decref(object);
		return NULL;
	}
	if (object == NULL)
		return members;
	result = json_object_update(object, members);
	json_decref(members);
	if (result < 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}
