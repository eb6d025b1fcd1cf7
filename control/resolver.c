// SPDX-License-Identifier: BSD-3-Clause
#include "control/resolver.h"

#include "config/config.h"
#include "control/loader.h"
#include "control/store/tenants.h"

#include <string.h>

static int find_binding(
	void *context, const struct prefix *prefix, uint64_t at_ns, char name[SUBSCRIBER_NAME_SIZE])
{
	_Static_assert(SUBSCRIBER_NAME_SIZE == BINDING_TEXT_SIZE, "names are copied whole");

	return store_tenant_find(context, prefix, at_ns, name);
}

struct identity_bindings resolver_bindings(struct store *store)
{
	return (struct identity_bindings){.context = store, .find = find_binding};
}

// The key with the number that its link has in this configuration. A link that it does not have is
// nobody's.
static struct subscriber_key numbered(
	const struct config *config, const struct subscriber_key *key, const char *link)
{
	struct link_ids ids;

	if (!subscriber_key_has_link(key))
		return *key;
	ids = subscriber_key_ids(key);
	ids.link = 0;
	while (ids.link < config->link_count && strcmp(config->links[ids.link].name, link) != 0)
		ids.link++;
	return subscriber_key_on_link(key->kind, &ids);
}

int resolver_ask(const struct resolver *resolver, const struct identity *identity,
	const struct subscriber_key *key, const char *link, uint64_t at_ns,
	struct resolved *resolved)
{
	const struct identity_bindings bindings = resolver_bindings(resolver->store);
	const struct subscriber_key asked = numbered(resolver->config, key, link);
	struct identity_result result;

	if (identity_resolve(identity, &bindings, &asked, link, at_ns, &result) < 0)
		return -1;
	memcpy(resolved->name, result.subscriber, sizeof(resolved->name));
	resolved->known = result.known;
	resolved->flags = result.flags;
	resolved->translated = result.translated;
	if (result.translated)
		resolved->via = result.key.address;
	return 0;
}

static int resolve(void *context, const struct subscriber_key *key, const char *link,
	uint64_t at_ns, struct resolved *resolved)
{
	const struct resolver *resolver = context;
	struct loader_view *view = loader_view(resolver->loader);
	const int result = resolver_ask(resolver, view->identity, key, link, at_ns, resolved);

	loader_view_release(view);
	return result;
}

struct subscriber_resolver resolver_interface(struct resolver *resolver)
{
	return (struct subscriber_resolver){.context = resolver, .resolve = resolve};
}
