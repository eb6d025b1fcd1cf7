// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/contact.h"

#include "config/action.h"
#include "config/address.h"
#include "config/transport.h"
#include "config/utc.h"

#include <string.h>

#define FRACTION_DIGITS 3u

json_t *subscriber_json(const uint8_t subscriber[16], uint8_t length)
{
	struct prefix prefix = {.length = length};
	char text[PREFIX_TEXT_SIZE];

	memcpy(prefix.address.bytes, subscriber, sizeof(prefix.address.bytes));
	prefix_format(&prefix, text);
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
	members = json_pack("{s:o, s:s, s:i, s:b, s:s, s:i, s:s?, s:I, s:I, s:I, s:I, s:I, s:o, "
			    "s:o, s:s, s:s, s:b}",
		"subscriber",
		subscriber_json(total->subscriber.address.bytes, total->subscriber.length),
		"address", address, "port", total->port != 0 ? total->port : total->seen_port,
		"any_port", total->port == 0, "transport", transport_name(total->transport, number),
		"level", total->level, "family",
		contact->family[0] != '\0' ? contact->family : NULL, "packets_out",
		(json_int_t)total->packets_up, "packets_in", (json_int_t)total->packets_down,
		"bytes_out", (json_int_t)total->bytes_up, "bytes_in", (json_int_t)total->bytes_down,
		"packets_dropped", (json_int_t)total->packets_dropped, "first_seen",
		time_json(total->first_ns), "last_seen", time_json(total->last_ns), "evidence",
		evidence_name(contact->evidence), "verdict",
		action_name((enum action)total->verdict), "applied", total->applied != 0);
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
