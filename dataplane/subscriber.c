// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/subscriber.h"

#include "config/prefix_set.h"
#include "dataplane/packet_ids.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FOUND ((enum counter)0)

struct keyed_link;

struct side {
	const struct packet *packet;
	enum direction direction;
	uint16_t link;
};

typedef enum counter (*key_reader)(const struct subscribers *subscribers,
	const struct keyed_link *link, const struct side *side, struct subscriber *subscriber);

struct keyed_link {
	key_reader read;
	enum link_key key;
	struct vlan_range *vlans;
	size_t vlan_count;
	struct id_range *labels;
	size_t label_count;
};

struct subscribers {
	struct prefix_set *prefixes;
	uint8_t v4_length; // of the 16-byte form
	uint8_t v6_length;
	uint8_t port_bits; // log2 of a block of ports
	size_t link_count;
	struct keyed_link links[CONFIG_LINKS_MAX];
};

// Whether that address, on the subscriber's side, may be one of ours.
static enum counter check_address(const struct subscribers *subscribers,
	const struct address *address, enum direction direction)
{
	if (prefix_set_contains(subscribers->prefixes, address))
		return FOUND;
	return direction == DIRECTION_UP ? COUNTER_SPOOFED : COUNTER_FOREIGN;
}

static const struct address *inner_address(const struct side *side)
{
	return side->direction == DIRECTION_UP ? &side->packet->source : &side->packet->destination;
}

static enum counter key_of_address(const struct subscribers *subscribers,
	const struct address *address, enum direction direction, struct subscriber *subscriber)
{
	const uint8_t length =
		address_is_v4(address) ? subscribers->v4_length : subscribers->v6_length;

	*subscriber = (struct subscriber){
		.key = {.address = address_mask(address, length),
			.kind = SUBSCRIBER_ADDRESS,
			.length = length},
		.address = *address,
	};
	return check_address(subscribers, address, direction);
}

static enum counter read_address(const struct subscribers *subscribers,
	const struct keyed_link *link, const struct side *side, struct subscriber *subscriber)
{
	(void)link;
	return key_of_address(subscribers, inner_address(side), side->direction, subscriber);
}

static enum counter read_address_port(const struct subscribers *subscribers,
	const struct keyed_link *link, const struct side *side, struct subscriber *subscriber)
{
	const struct packet *packet = side->packet;
	const struct address *address = inner_address(side);
	const uint16_t port =
		side->direction == DIRECTION_UP ? packet->source_port : packet->destination_port;
	enum counter reason;

	if (!address_is_v4(address))
		return read_address(subscribers, link, side, subscriber);
	reason = check_address(subscribers, address, side->direction);
	if (reason != FOUND)
		return reason;
	if (port == 0) // a fragment whose first one is not known; nobody may send from port 0
		return COUNTER_NO_PORT;
	*subscriber = (struct subscriber){
		.key = {.address = *address,
			.port = (uint16_t)(port >> subscribers->port_bits
							   << subscribers->port_bits),
			.kind = SUBSCRIBER_PORTS,
			.length = subscribers->port_bits},
		.address = *address,
		.port = port,
	};
	return FOUND;
}

static enum counter read_outer(const struct subscribers *subscribers, const struct keyed_link *link,
	const struct side *side, struct subscriber *subscriber)
{
	const struct packet *packet = side->packet;
	const struct outer *outer;

	if (packet->outer_count == 0)
		return read_address(subscribers, link, side, subscriber);
	outer = &packet->outers[packet->outer_count - 1];
	return key_of_address(subscribers,
		side->direction == DIRECTION_UP ? &outer->source : &outer->destination,
		side->direction, subscriber);
}

static bool vlans_contain(const struct keyed_link *link, const struct link_ids *ids)
{
	for (size_t i = 0; i < link->vlan_count; i++) {
		if (id_range_contains(&link->vlans[i].outer, ids->outer_vlan) &&
			id_range_contains(&link->vlans[i].inner, ids->inner_vlan))
			return true;
	}
	return link->vlan_count == 0;
}

static bool labels_contain(const struct keyed_link *link, const struct link_ids *ids)
{
	for (size_t i = 0; i < link->label_count; i++) {
		if (id_range_contains(&link->labels[i], ids->label))
			return true;
	}
	return link->label_count == 0;
}

static enum counter key_of_ids(const struct subscribers *subscribers, const struct side *side,
	enum subscriber_key_kind kind, const struct link_ids *ids, struct subscriber *subscriber)
{
	subscriber->key = subscriber_key_on_link(kind, ids);
	subscriber->address = subscriber->key.address;
	subscriber->port = 0;
	return check_address(subscribers, inner_address(side), side->direction);
}

static enum counter read_vlans(const struct subscribers *subscribers, const struct keyed_link *link,
	const struct side *side, struct subscriber *subscriber)
{
	struct link_ids ids = packet_ids(side->packet, side->link);

	if (link->key == LINK_KEY_VLAN)
		ids.inner_vlan = 0;
	else if (ids.inner_vlan == 0)
		return COUNTER_FOREIGN;
	if (ids.outer_vlan == 0 || !vlans_contain(link, &ids))
		return COUNTER_FOREIGN;
	return key_of_ids(subscribers, side, SUBSCRIBER_VLAN, &ids, subscriber);
}

static enum counter read_pppoe(const struct subscribers *subscribers, const struct keyed_link *link,
	const struct side *side, struct subscriber *subscriber)
{
	const struct link_ids ids = packet_ids(side->packet, side->link);

	if (ids.session == 0 || !vlans_contain(link, &ids))
		return COUNTER_FOREIGN;
	return key_of_ids(subscribers, side, SUBSCRIBER_SESSION, &ids, subscriber);
}

static enum counter read_label(const struct subscribers *subscribers, const struct keyed_link *link,
	const struct side *side, struct subscriber *subscriber)
{
	const struct link_ids ids = packet_ids(side->packet, side->link);

	if (ids.label == 0 || !labels_contain(link, &ids))
		return COUNTER_FOREIGN;
	return key_of_ids(subscribers, side, SUBSCRIBER_LABEL, &ids, subscriber);
}

static const key_reader readers[LINK_KEY_COUNT] = {
	[LINK_KEY_ADDRESS] = read_address,
	[LINK_KEY_ADDRESS_PORT] = read_address_port,
	[LINK_KEY_OUTER] = read_outer,
	[LINK_KEY_VLAN] = read_vlans,
	[LINK_KEY_VLAN_PAIR] = read_vlans,
	[LINK_KEY_PPPOE] = read_pppoe,
	[LINK_KEY_MPLS] = read_label,
};

// Ranges that this kind of key has no use for stay behind. false: memory is out.
static bool link_prepare(struct keyed_link *link, const struct config_link *config)
{
	link->key = config->subscriber_key;
	link->read = readers[config->subscriber_key];
	if (link_key_has_vlans(link->key) && config->vlan_count > 0) {
		link->vlans = calloc(config->vlan_count, sizeof(*link->vlans));
		if (!link->vlans)
			return false;
		link->vlan_count = config->vlan_count;
		memcpy(link->vlans, config->vlans, link->vlan_count * sizeof(*link->vlans));
	}
	// Of a pair that is now told by its outer tag alone, the rest of a range says nothing.
	for (size_t i = 0; link->key == LINK_KEY_VLAN && i < link->vlan_count; i++)
		link->vlans[i].inner = (struct id_range){0, VLAN_LAST};
	if (link_key_has_labels(link->key) && config->label_count > 0) {
		link->labels = calloc(config->label_count, sizeof(*link->labels));
		if (!link->labels)
			return false;
		link->label_count = config->label_count;
		memcpy(link->labels, config->labels, link->label_count * sizeof(*link->labels));
	}
	return true;
}

struct subscribers *subscribers_create(const struct config *config)
{
	const struct config_subscribers *settings = &config->subscribers;
	struct subscribers *subscribers = calloc(1, sizeof(*subscribers));

	if (!subscribers)
		return NULL;
	subscribers->v4_length = (uint8_t)(ADDRESS_V4_OFFSET_BITS + settings->v4_length);
	subscribers->v6_length = settings->v6_length;
	subscribers->port_bits = (uint8_t)__builtin_ctz(settings->port_block);
	subscribers->prefixes = prefix_set_create(settings->prefixes, settings->prefix_count);
	if (!subscribers->prefixes)
		goto free_subscribers;
	for (; subscribers->link_count < config->link_count; subscribers->link_count++) {
		size_t link = subscribers->link_count;

		if (!link_prepare(&subscribers->links[link], &config->links[link]))
			goto free_subscribers;
	}
	return subscribers;

free_subscribers:
	subscribers_free(subscribers);
	return NULL;
}

void subscribers_free(struct subscribers *subscribers)
{
	if (!subscribers)
		return;
	for (size_t i = 0; i < CONFIG_LINKS_MAX; i++) {
		free(subscribers->links[i].vlans);
		free(subscribers->links[i].labels);
	}
	prefix_set_free(subscribers->prefixes);
	free(subscribers);
}

enum counter subscriber_find(const struct subscribers *subscribers, size_t link,
	const struct packet *packet, enum direction direction, struct subscriber *subscriber)
{
	const struct side side = {.packet = packet, .direction = direction, .link = (uint16_t)link};

	assert(link < subscribers->link_count);
	return subscribers->links[link].read(
		subscribers, &subscribers->links[link], &side, subscriber);
}
