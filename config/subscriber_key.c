// SPDX-License-Identifier: BSD-3-Clause
#include "config/subscriber_key.h"

#include <stdio.h>
#include <string.h>

// Where the ids lie in the 16 bytes, big-endian.
enum {
	LINK_AT = 0,
	OUTER_VLAN_AT = 2,
	INNER_VLAN_AT = 4,
	SESSION_AT = 6,
	LABEL_AT = 8,
};

static void put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static uint16_t get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

struct subscriber_key subscriber_key_on_link(
	enum subscriber_key_kind kind, const struct link_ids *ids)
{
	struct subscriber_key key = {.kind = (uint8_t)kind};
	uint8_t *bytes = key.address.bytes;

	put16(bytes + LINK_AT, ids->link);
	if (kind == SUBSCRIBER_LABEL) {
		put16(bytes + LABEL_AT, (uint16_t)(ids->label >> 16));
		put16(bytes + LABEL_AT + 2, (uint16_t)ids->label);
		return key;
	}
	put16(bytes + OUTER_VLAN_AT, ids->outer_vlan);
	put16(bytes + INNER_VLAN_AT, ids->inner_vlan);
	if (kind == SUBSCRIBER_SESSION)
		put16(bytes + SESSION_AT, ids->session);
	return key;
}

struct link_ids subscriber_key_ids(const struct subscriber_key *key)
{
	const uint8_t *bytes = key->address.bytes;

	return (struct link_ids){
		.link = get16(bytes + LINK_AT),
		.outer_vlan = get16(bytes + OUTER_VLAN_AT),
		.inner_vlan = get16(bytes + INNER_VLAN_AT),
		.session = get16(bytes + SESSION_AT),
		.label = (uint32_t)get16(bytes + LABEL_AT) << 16 | get16(bytes + LABEL_AT + 2),
	};
}

int subscriber_key_compare(const struct subscriber_key *a, const struct subscriber_key *b)
{
	int order = a->kind - b->kind;

	if (order == 0)
		order = address_compare(&a->address, &b->address);
	if (order == 0)
		order = a->port - b->port;
	return order != 0 ? order : a->length - b->length;
}

static void format_ports(const struct subscriber_key *key, char text[SUBSCRIBER_KEY_TEXT_SIZE])
{
	const unsigned last = key->port + (1u << key->length) - 1;
	char address[ADDRESS_TEXT_SIZE];

	address_format(&key->address, address);
	if (key->length == 0)
		snprintf(text, SUBSCRIBER_KEY_TEXT_SIZE, "%s:%u", address, key->port);
	else
		snprintf(text, SUBSCRIBER_KEY_TEXT_SIZE, "%s:%u-%u", address, key->port, last);
}

static void format_on_link(
	const struct subscriber_key *key, const char *link, char text[SUBSCRIBER_KEY_TEXT_SIZE])
{
	const struct link_ids ids = subscriber_key_ids(key);
	char vlans[32] = "", rest[32] = "";

	if (ids.inner_vlan != 0)
		snprintf(vlans, sizeof(vlans), "/vlan:%u.%u", ids.outer_vlan, ids.inner_vlan);
	else if (ids.outer_vlan != 0 || key->kind == SUBSCRIBER_VLAN)
		snprintf(vlans, sizeof(vlans), "/vlan:%u", ids.outer_vlan);
	if (key->kind == SUBSCRIBER_SESSION)
		snprintf(rest, sizeof(rest), "/pppoe:%u", ids.session);
	else if (key->kind == SUBSCRIBER_LABEL)
		snprintf(rest, sizeof(rest), "/mpls:%u", ids.label);
	snprintf(text, SUBSCRIBER_KEY_TEXT_SIZE, "%.31s%s%s", link, vlans, rest);
}

void subscriber_key_format(
	const struct subscriber_key *key, const char *link, char text[SUBSCRIBER_KEY_TEXT_SIZE])
{
	const struct prefix prefix = {.address = key->address, .length = key->length};

	switch ((enum subscriber_key_kind)key->kind) {
	case SUBSCRIBER_ADDRESS:
		prefix_format(&prefix, text);
		break;
	case SUBSCRIBER_PORTS:
		format_ports(key, text);
		break;
	case SUBSCRIBER_VLAN:
	case SUBSCRIBER_SESSION:
	case SUBSCRIBER_LABEL:
		format_on_link(key, link, text);
		break;
	}
}
