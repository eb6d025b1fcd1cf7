// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/subscriber.h"

#include "config/prefix_set.h"

#include <stdlib.h>

struct subscribers {
	struct prefix_set *prefixes;
	uint8_t v4_length; // of the 16-byte form
	uint8_t v6_length;
};

struct subscribers *subscribers_create(const struct config_subscribers *config)
{
	struct subscribers *subscribers = malloc(sizeof(*subscribers));

	if (!subscribers)
		return NULL;
	subscribers->v4_length = (uint8_t)(ADDRESS_V4_OFFSET_BITS + config->v4_length);
	subscribers->v6_length = config->v6_length;
	subscribers->prefixes = prefix_set_create(config->prefixes, config->prefix_count);
	if (!subscribers->prefixes) {
		free(subscribers);
		return NULL;
	}
	return subscribers;
}

void subscribers_free(struct subscribers *subscribers)
{
	if (!subscribers)
		return;
	prefix_set_free(subscribers->prefixes);
	free(subscribers);
}

bool subscriber_find(const struct subscribers *subscribers, const struct packet *packet,
	enum direction direction, struct subscriber_key *key)
{
	const struct address *address =
		direction == DIRECTION_UP ? &packet->source : &packet->destination;

	if (!prefix_set_contains(subscribers->prefixes, address))
		return false;
	*key = (struct subscriber_key){.kind = SUBSCRIBER_ADDRESS};
	key->length = address_is_v4(address) ? subscribers->v4_length : subscribers->v6_length;
	key->address = address_mask(address, key->length);
	return true;
}
