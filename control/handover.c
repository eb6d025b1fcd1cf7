// SPDX-License-Identifier: BSD-3-Clause
#include "control/handover.h"

#include "config/config.h"
#include "control/subscriber/key_prefix.h"

#include <event2/event.h>

#include <stdio.h>
#include <stdlib.h>

struct handover {
	const struct config *config;
	struct bookkeeper *bookkeeper;
	struct loader *loader;
	struct event *tell; // once what is under way is committed
};

struct prefix handover_reach(const struct config_subscribers *config, const struct prefix *prefix)
{
	struct prefix reach = key_prefix(config, prefix);

	// What is seen of a MAP-E customer from outside stands for all of his prefix.
	for (size_t i = 0; i < config->map_e_count; i++) {
		const struct config_map_e *rule = &config->map_e[i];
		const uint8_t length = (uint8_t)(rule->ipv6.length + rule->ea_length);

		if (length >= reach.length || !prefix_contains(&rule->ipv6, &reach.address))
			continue;
		reach.address = address_mask(&reach.address, length);
		reach.length = length;
	}
	return reach;
}

static bool concerns_flags(struct handover *handover, const struct binding_change *change)
{
	struct loader_view *view = loader_view(handover->loader);
	const struct prefix key = key_prefix(&handover->config->subscribers, &change->prefix);
	// As long as no mapping stands, nobody's flags are known; with it they will be read.
	const bool concerned = view->identity != NULL &&
			       (identity_flags(view->identity, change->subscriber) != 0 ||
				       holdings_meet(view->holdings, view->identity, &key));

	loader_view_release(view);
	return concerned;
}

static void on_tell(evutil_socket_t fd, short what, void *context)
{
	struct handover *handover = context;

	(void)fd;
	(void)what;
	loader_bindings_changed(handover->loader);
}

static void note_change(void *context, const struct binding_change *change)
{
	struct handover *handover = context;
	const struct holder_change changed = {
		.prefix = handover_reach(&handover->config->subscribers, &change->prefix),
		.from_ns = change->from_ns,
	};

	bookkeeper_change(handover->bookkeeper, &changed);
	if (concerns_flags(handover, change))
		event_active(handover->tell, 0, 0);
}

struct binding_observer handover_observer(struct handover *handover)
{
	return (struct binding_observer){.context = handover, .changed = note_change};
}

struct handover *handover_create(struct event_base *base, const struct config *config,
	struct bookkeeper *bookkeeper, struct loader *loader, char *error, size_t error_size)
{
	struct handover *handover = calloc(1, sizeof(*handover));

	if (handover == NULL)
		goto no_memory;
	handover->config = config;
	handover->bookkeeper = bookkeeper;
	handover->loader = loader;
	handover->tell = event_new(base, -1, 0, on_tell, handover);
	if (handover->tell == NULL)
		goto no_memory;
	return handover;
no_memory:
	snprintf(error, error_size, "no memory to follow bindings");
	handover_free(handover);
	return NULL;
}

void handover_free(struct handover *handover)
{
	if (handover == NULL)
		return;
	if (handover->tell != NULL)
		event_free(handover->tell);
	free(handover);
}
