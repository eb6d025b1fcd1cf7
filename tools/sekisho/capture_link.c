// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/capture_link.h"

#include "config/link_key.h"
#include "config/prefix_set.h"

#include <stdio.h>
#include <stdlib.h>

struct capture_link {
	struct prefix_set *prefixes;
	bool by_tunnel; // the tunnel tells whose a packet is, and so whence it came
};

bool capture_link_choose(const char *program, struct config *config, const char *key)
{
	if (config->link_count == 0) {
		config->link_count = 1;
		snprintf(config->links[0].name, sizeof(config->links[0].name), "replay");
	}
	if (key == NULL || link_key_parse(key, &config->links[0].subscriber_key))
		return true;
	fprintf(stderr,
		"%s: --subscriber-key %s: a key is address, address_port, outer, vlan, "
		"vlan_pair, pppoe or mpls\n",
		program, key);
	return false;
}

struct capture_link *capture_link_create(const struct config *config)
{
	struct capture_link *link = calloc(1, sizeof(*link));

	if (link == NULL)
		return NULL;
	link->by_tunnel = config->links[0].subscriber_key == LINK_KEY_OUTER;
	link->prefixes =
		prefix_set_create(config->subscribers.prefixes, config->subscribers.prefix_count);
	if (link->prefixes == NULL) {
		free(link);
		return NULL;
	}
	return link;
}

void capture_link_free(struct capture_link *link)
{
	if (link == NULL)
		return;
	prefix_set_free(link->prefixes);
	free(link);
}

enum direction capture_link_direction(const struct capture_link *link, const struct packet *packet)
{
	const struct outer *nearest =
		packet->outer_count > 0 ? &packet->outers[packet->outer_count - 1] : NULL;
	bool up;

	if (link->by_tunnel && nearest != NULL)
		return prefix_set_contains(link->prefixes, &nearest->source) ? DIRECTION_UP
									     : DIRECTION_DOWN;
	up = prefix_set_contains(link->prefixes, &packet->source);
	for (uint32_t i = 0; !up && i < packet->outer_count; i++)
		up = prefix_set_contains(link->prefixes, &packet->outers[i].source);
	return up ? DIRECTION_UP : DIRECTION_DOWN;
}
