// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/mapping_row.h"

#include "dataplane/api/generation_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VLAN_MAX    4094u    // IEEE 802.1Q: 0 means no VLAN, 4095 is reserved
#define SESSION_MAX 65534u   // RFC 2516 section 4: 0xffff is reserved
#define LABEL_MIN   16u      // RFC 3032 section 2.1: 0 to 15 are reserved
#define LABEL_MAX   1048575u // 20 bits

const char *const mapping_columns[MAPPING_COLUMN_COUNT] = {
	[MAPPING_SUBSCRIBER] = "subscriber",
	[MAPPING_PREFIX] = "prefix",
	[MAPPING_PORTS] = "ports",
	[MAPPING_LINK] = "link",
	[MAPPING_VLAN] = "vlan",
	[MAPPING_SESSION] = "session",
	[MAPPING_LABEL] = "label",
	[MAPPING_FLAGS] = "flags",
};

static const struct {
	const char *name;
	uint8_t flag;
} flags[] = {
	{"opt-out", SUBSCRIBER_FLAG_OPT_OUT},
	{"consented", SUBSCRIBER_FLAG_CONSENTED},
	{"exempt", SUBSCRIBER_FLAG_EXEMPT},
	{"watch", SUBSCRIBER_FLAG_WATCH},
};

#define FLAG_COUNT (sizeof(flags) / sizeof(flags[0]))

static bool fail(struct mapping_fault *fault, const char *value, const char *reason)
{
	fault->value = value;
	snprintf(fault->reason, sizeof(fault->reason), "%s", reason);
	return false;
}

// Decimal digits without a leading zero, from minimum to maximum; moves `*text` behind them.
static bool take_number(const char **text, uint32_t minimum, uint32_t maximum, uint32_t *number)
{
	const size_t digits = strspn(*text, "0123456789");

	if (digits == 0 || digits > 7 || ((*text)[0] == '0' && digits > 1))
		return false;
	*number = (uint32_t)strtoul(*text, NULL, 10);
	*text += digits;
	return *number >= minimum && *number <= maximum;
}

static bool parse_number(const char *text, uint32_t minimum, uint32_t maximum, uint32_t *number)
{
	return take_number(&text, minimum, maximum, number) && *text == '\0';
}

// "FIRST-LAST", or one number.
static bool take_range(
	const char **text, uint32_t minimum, uint32_t maximum, uint32_t *first, uint32_t *last)
{
	if (!take_number(text, minimum, maximum, first))
		return false;
	*last = *first;
	if (**text != '-')
		return true;
	(*text)++;
	return take_number(text, minimum, maximum, last) && *last >= *first;
}

static bool parse_flags(const char *text, struct mapping_row *row, struct mapping_fault *fault)
{
	const char *at = text + strspn(text, " ");

	while (*at != '\0') {
		const size_t length = strcspn(at, " ");
		size_t i = 0;

		while (i < FLAG_COUNT &&
			(strlen(flags[i].name) != length || memcmp(flags[i].name, at, length) != 0))
			i++;
		if (i == FLAG_COUNT)
			return fail(fault, text,
				"flags are opt-out, consented, exempt and watch, separated by "
				"blanks");
		row->flags |= flags[i].flag;
		at += length;
		at += strspn(at, " ");
	}
	return true;
}

static bool parse_prefix(
	const char *text, const char *ports, struct mapping_row *row, struct mapping_fault *fault)
{
	static const struct address v4 = {.bytes = {[10] = 0xff, [11] = 0xff}};
	struct address around;
	struct prefix prefix;
	uint32_t first, last;

	if (!prefix_parse(text, strlen(text), &prefix))
		return fail(fault, text,
			"not a prefix: an address or a network such as 192.0.2.0/24 or "
			"2001:db8::/56 without host bits is right");
	around = address_mask(&v4, prefix.length);
	if (!address_is_v4(&prefix.address) && address_compare(&around, &prefix.address) == 0)
		return fail(fault, text, "reaches over all of IPv4: a longer prefix is right");
	row->kind = SUBSCRIBER_ADDRESS;
	row->address = prefix.address;
	row->last = prefix.length;
	if (ports[0] == '\0')
		return true;
	if (!address_is_v4(&prefix.address) || prefix.length != 128)
		return fail(fault, text, "ports belong to one IPv4 address");
	row->kind = SUBSCRIBER_PORTS;
	if (!take_range(&ports, 0, UINT16_MAX, &first, &last) || *ports != '\0')
		return fail(fault, ports,
			"no ports: the first and the last one such as 1024-2047 are right");
	row->first = (uint16_t)first;
	row->last = (uint16_t)last;
	return true;
}

// "100", "100-110", "100.200", "100.200-300"
static bool parse_vlan(const char *text, struct link_ids *ids, uint16_t *last)
{
	uint32_t outer, inner = 0, end;

	if (!take_range(&text, 1, VLAN_MAX, &outer, &end))
		return false;
	if (*text == '.' && end == outer) {
		text++;
		if (!take_range(&text, 1, VLAN_MAX, &inner, &end))
			return false;
	}
	ids->outer_vlan = (uint16_t)outer;
	ids->inner_vlan = (uint16_t)inner;
	*last = (uint16_t)end;
	return *text == '\0';
}

static bool parse_link(const char *text, const struct config *config, struct link_ids *ids,
	struct mapping_fault *fault)
{
	size_t used, link = 0;

	while (link < config->link_count && strcmp(config->links[link].name, text) != 0)
		link++;
	ids->link = (uint16_t)link;
	if (link < config->link_count)
		return true;
	fault->value = text;
	used = (size_t)snprintf(fault->reason, sizeof(fault->reason), "no link of that name;%s",
		config->link_count == 0 ? " the configuration has none" : " there is");
	for (link = 0; link < config->link_count && used < sizeof(fault->reason); link++)
		used += (size_t)snprintf(fault->reason + used, sizeof(fault->reason) - used,
			"%s %s", link > 0 ? "," : "", config->links[link].name);
	return false;
}

static bool parse_on_link(char *const values[MAPPING_COLUMN_COUNT], const struct config *config,
	struct mapping_row *row, struct mapping_fault *fault)
{
	const char *vlan = values[MAPPING_VLAN], *session = values[MAPPING_SESSION];
	const char *label = values[MAPPING_LABEL];
	enum subscriber_key_kind kind = SUBSCRIBER_VLAN;
	struct link_ids ids = {0};
	uint32_t number = 0;

	if (!parse_link(values[MAPPING_LINK], config, &ids, fault))
		return false;
	if (label[0] != '\0' && (vlan[0] != '\0' || session[0] != '\0'))
		return fail(fault, label, "a label stands alone, without vlan and session");
	if (vlan[0] != '\0' && !parse_vlan(vlan, &ids, &row->last))
		return fail(fault, vlan,
			"no VLAN: 100, 100-110, 100.200 (outer and inner) or 100.200-300 are "
			"right, of 1 to 4094");
	if (session[0] != '\0') {
		kind = SUBSCRIBER_SESSION;
		if (!parse_number(session, 1, SESSION_MAX, &number))
			return fail(fault, session, "no PPPoE session: 1 to 65534 is right");
		ids.session = (uint16_t)number;
		if (vlan[0] != '\0' &&
			row->last != (ids.inner_vlan != 0 ? ids.inner_vlan : ids.outer_vlan))
			return fail(fault, vlan, "a session is in one VLAN, not in several");
	}
	if (label[0] != '\0') {
		kind = SUBSCRIBER_LABEL;
		if (!parse_number(label, LABEL_MIN, LABEL_MAX, &ids.label))
			return fail(fault, label, "no MPLS label: 16 to 1048575 is right");
	}
	row->kind = (uint8_t)kind;
	row->address = subscriber_key_on_link(kind, &ids).address;
	return true;
}

bool mapping_row_parse(char *const values[MAPPING_COLUMN_COUNT], const struct config *config,
	struct mapping_row *row, struct mapping_fault *fault)
{
	const bool has_prefix = values[MAPPING_PREFIX][0] != '\0';
	const bool has_link = values[MAPPING_LINK][0] != '\0';
	const bool has_id = values[MAPPING_VLAN][0] != '\0' || values[MAPPING_SESSION][0] != '\0' ||
			    values[MAPPING_LABEL][0] != '\0';
	const char *subscriber = values[MAPPING_SUBSCRIBER];

	*row = (struct mapping_row){.kind = MAPPING_NO_KEY};
	if (subscriber[0] == '\0' || strlen(subscriber) >= SUBSCRIBER_NAME_SIZE)
		return fail(fault, subscriber, "a subscriber is named by 1 to 1012 bytes");
	if (!parse_flags(values[MAPPING_FLAGS], row, fault))
		return false;
	if (has_prefix && (has_link || has_id))
		return fail(fault, values[MAPPING_PREFIX],
			"either a prefix or what is on a link: two rows are right for both");
	if (values[MAPPING_PORTS][0] != '\0' && !has_prefix)
		return fail(fault, values[MAPPING_PORTS], "ports need an IPv4 address as prefix");
	if (has_link != has_id)
		return fail(fault, has_link ? values[MAPPING_LINK] : subscriber,
			"a link and on it a vlan, a session or a label belong together");
	if (has_prefix)
		return parse_prefix(values[MAPPING_PREFIX], values[MAPPING_PORTS], row, fault);
	if (has_link)
		return parse_on_link(values, config, row, fault);
	if (row->flags == 0)
		return fail(fault, subscriber,
			"names neither a prefix, nor something on a link, nor flags");
	return true;
}

struct range mapping_row_range(const struct mapping_row *row)
{
	const struct subscriber_key key = {.address = row->address, .kind = row->kind};
	const struct prefix prefix = {.address = row->address, .length = (uint8_t)row->last};
	struct link_ids ids;
	struct range range;

	if (row->kind == SUBSCRIBER_ADDRESS)
		return range_of_prefix(&prefix);
	range = range_of_key(&key);
	if (row->kind == SUBSCRIBER_PORTS) {
		range.first.port = row->first;
		range.last.port = row->last;
	}
	if (row->kind != SUBSCRIBER_VLAN)
		return range;
	ids = subscriber_key_ids(&key);
	if (ids.inner_vlan != 0) {
		ids.inner_vlan = row->last;
	} else {
		ids.outer_vlan = row->last;
		ids.inner_vlan = UINT16_MAX;
	}
	range.last.address = subscriber_key_on_link(SUBSCRIBER_VLAN, &ids).address;
	// Whatever session is in it.
	memset(&range.last.address.bytes[6], 0xff, sizeof(range.last.address.bytes) - 6);
	return range;
}

int mapping_row_compare(const struct mapping_row *a, const struct mapping_row *b)
{
	int order = a->kind - b->kind;

	if (order == 0)
		order = address_compare(&a->address, &b->address);
	if (order == 0)
		order = a->first - b->first;
	// The wider one first: a shorter prefix, a later end.
	if (order == 0)
		order = a->kind == SUBSCRIBER_ADDRESS ? a->last - b->last : b->last - a->last;
	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

void mapping_row_format(const struct mapping_row *row, const struct config *config,
	char text[SUBSCRIBER_KEY_TEXT_SIZE])
{
	struct subscriber_key key = {.address = row->address, .kind = row->kind};
	char address[ADDRESS_TEXT_SIZE];

	text[0] = '\0';
	if (row->kind == MAPPING_NO_KEY)
		return;
	if (row->kind == SUBSCRIBER_PORTS) {
		address_format(&row->address, address);
		snprintf(
			text, SUBSCRIBER_KEY_TEXT_SIZE, "%s:%u-%u", address, row->first, row->last);
		return;
	}
	if (row->kind == SUBSCRIBER_ADDRESS)
		key.length = (uint8_t)row->last;
	subscriber_key_format(&key,
		subscriber_key_has_link(&key) ? config->links[subscriber_key_ids(&key).link].name
					      : NULL,
		text);
}
