// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/identity.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct identity {
	atomic_uint holders;
	struct mapping *mapping;
	struct translation *translation;
};

struct identity *identity_create(struct mapping *mapping, struct translation *translation)
{
	struct identity *identity = calloc(1, sizeof(*identity));

	if (identity == NULL)
		return NULL;
	atomic_init(&identity->holders, 1);
	identity->mapping = mapping;
	identity->translation = translation;
	return identity;
}

struct identity *identity_hold(struct identity *identity)
{
	atomic_fetch_add(&identity->holders, 1);
	return identity;
}

void identity_release(struct identity *identity)
{
	if (identity == NULL || atomic_fetch_sub(&identity->holders, 1) > 1)
		return;
	mapping_free(identity->mapping);
	translation_free(identity->translation);
	free(identity);
}

static int find_binding(const struct identity_bindings *bindings, const struct subscriber_key *key,
	uint64_t at_ns, struct identity_result *result)
{
	const struct prefix prefix = {.address = key->address, .length = key->length};

	if (bindings == NULL || key->kind != SUBSCRIBER_ADDRESS)
		return 0;
	return bindings->find(bindings->context, &prefix, at_ns, result->subscriber);
}

static bool find_mapping(const struct identity *identity, const struct subscriber_key *key,
	struct identity_result *result)
{
	const char *name = identity == NULL ? NULL : mapping_find(identity->mapping, key);

	if (name == NULL)
		return false;
	snprintf(result->subscriber, sizeof(result->subscriber), "%s", name);
	return true;
}

int identity_resolve(const struct identity *identity, const struct identity_bindings *bindings,
	const struct subscriber_key *key, const char *link, uint64_t at_ns,
	struct identity_result *result)
{
	struct subscriber_key inside = *key;
	const bool translated = identity != NULL && translation_inside(identity->translation, key,
							    &inside, NULL, 0) == TRANSLATION_DONE;
	const int bound = find_binding(bindings, &inside, at_ns, result);

	if (bound < 0)
		return -1;
	result->key = inside;
	result->translated = translated;
	result->known = bound > 0 || find_mapping(identity, &inside, result) ||
			(translated && find_mapping(identity, key, result));
	result->flags = result->known && identity != NULL
				? identity_flags(identity, result->subscriber)
				: 0;
	if (!result->known)
		subscriber_key_format(&inside, link, result->subscriber);
	return 0;
}

uint8_t identity_flags(const struct identity *identity, const char *subscriber)
{
	return mapping_flags(identity->mapping, subscriber);
}

void identity_flagged_each(const struct identity *identity,
	void (*each)(void *context, const char *subscriber, uint8_t flags), void *context)
{
	for (size_t i = 0; i < mapping_flagged(identity->mapping); i++) {
		uint8_t flags;
		const char *name = mapping_flagged_at(identity->mapping, i, &flags);

		each(context, name, flags);
	}
}

void identity_flagged_ranges(const struct identity *identity, const struct prefix *within,
	bool (*each)(void *context, const struct range *range), void *context)
{
	const struct mapping *mapping = identity->mapping;
	const struct range wanted = range_of_prefix(within);
	const size_t count = mapping_range_count(mapping);
	struct range range;
	bool mapped;

	if (mapping_flagged(mapping) == 0)
		return;
	for (size_t i = mapping_range_find(mapping, &wanted.first); i < count; i++) {
		const uint8_t flags = mapping_range_at(mapping, i, &range, &mapped);

		if (range_point_compare(&range.first, &wanted.last) > 0)
			break;
		if (flags != 0 && !each(context, &range))
			break;
	}
}

struct flagged *identity_flagged(const struct identity *identity,
	const struct flagged_prefix prefixes[], size_t count, char *error, size_t error_size)
{
	return flagged_create(
		identity->mapping, identity->translation, prefixes, count, error, error_size);
}

size_t identity_mapped(const struct identity *identity)
{
	return mapping_keys(identity->mapping);
}

size_t identity_flagged_count(const struct identity *identity)
{
	return mapping_flagged(identity->mapping);
}
