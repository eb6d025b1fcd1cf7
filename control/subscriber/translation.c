// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/translation.h"

#include "config/prefix_set.h"
#include "control/subscriber/map_e.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct translation {
	struct cgn_file *files[CONFIG_CGN_MAX];
	size_t file_count;
	const struct cgn_pool **pools; // of all files
	size_t pool_count;
	struct prefix_set *outsides; // of the pools
	struct config_map_e *rules;
	size_t rule_count;
	struct prefix_set *shared; // IPv4 prefixes of the rules
};

static struct prefix_set *make_outsides(struct translation *translation)
{
	struct prefix *prefixes = calloc(translation->pool_count + 1, sizeof(*prefixes));
	struct prefix_set *set;

	if (prefixes == NULL)
		return NULL;
	for (size_t i = 0; i < translation->pool_count; i++)
		prefixes[i] = translation->pools[i]->outside;
	set = prefix_set_create(prefixes, translation->pool_count);
	free(prefixes);
	return set;
}

static struct prefix_set *make_shared(struct translation *translation)
{
	struct prefix *prefixes = calloc(translation->rule_count + 1, sizeof(*prefixes));
	struct prefix_set *set;

	if (prefixes == NULL)
		return NULL;
	for (size_t i = 0; i < translation->rule_count; i++)
		prefixes[i] = translation->rules[i].ipv4;
	set = prefix_set_create(prefixes, translation->rule_count);
	free(prefixes);
	return set;
}

struct translation *translation_create(
	struct cgn_file *const files[], size_t count, const struct config_subscribers *config)
{
	struct translation *translation = calloc(1, sizeof(*translation));
	size_t pools = 0;

	if (translation == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (files[i] != NULL) {
			translation->files[translation->file_count++] = cgn_file_hold(files[i]);
			pools += files[i]->count;
		}
	translation->pools = calloc(pools + 1, sizeof(const struct cgn_pool *));
	translation->rules = calloc(config->map_e_count + 1, sizeof(*translation->rules));
	if (translation->pools == NULL || translation->rules == NULL)
		goto fail;
	for (size_t i = 0; i < translation->file_count; i++)
		for (size_t j = 0; j < translation->files[i]->count; j++)
			translation->pools[translation->pool_count++] =
				&translation->files[i]->pools[j];
	for (size_t i = 0; i < config->map_e_count; i++)
		translation->rules[i] = config->map_e[i];
	translation->rule_count = config->map_e_count;
	translation->outsides = make_outsides(translation);
	translation->shared = make_shared(translation);
	if (translation->outsides != NULL && translation->shared != NULL)
		return translation;
fail:
	translation_free(translation);
	return NULL;
}

void translation_free(struct translation *translation)
{
	if (translation == NULL)
		return;
	prefix_set_free(translation->shared);
	prefix_set_free(translation->outsides);
	free(translation->rules);
	free(translation->pools);
	for (size_t i = 0; i < translation->file_count; i++)
		cgn_file_release(translation->files[i]);
	free(translation);
}

// The key as a question: an address and the ports of it.
struct outside {
	struct address address;
	uint16_t first, last;
	bool whole; // no ports were named
};

static enum translation_result refuse(
	const struct outside *outside, const char *why, char *error, size_t error_size)
{
	char address[ADDRESS_TEXT_SIZE];

	if (error == NULL)
		return TRANSLATION_UNKNOWN;
	address_format(&outside->address, address);
	if (outside->whole)
		snprintf(error, error_size, "%s: %s", address, why);
	else if (outside->first == outside->last)
		snprintf(error, error_size, "%s:%u: %s", address, outside->first, why);
	else
		snprintf(error, error_size, "%s:%u-%u: %s", address, outside->first, outside->last,
			why);
	return TRANSLATION_UNKNOWN;
}

static enum translation_result by_pool(const struct cgn_pool *pool, const struct outside *outside,
	struct subscriber_key *inside, char *error, size_t error_size)
{
	struct address first, last;

	if (outside->whole && pool->addresses_per_outside > 1)
		return refuse(outside, "a CGN shares it: only with a port is it somebody's", error,
			error_size);
	if (!cgn_pool_inside(pool, &outside->address,
		    outside->whole ? pool->first_port : outside->first, &first))
		return refuse(outside, "the CGN gives that port to nobody", error, error_size);
	if (!outside->whole && (!cgn_pool_inside(pool, &outside->address, outside->last, &last) ||
				       address_compare(&first, &last) != 0))
		return refuse(outside, "the CGN gives these ports to several subscribers", error,
			error_size);
	*inside = (struct subscriber_key){
		.address = first, .kind = SUBSCRIBER_ADDRESS, .length = 128};
	return TRANSLATION_DONE;
}

static enum translation_result by_rule(const struct config_map_e *rule,
	const struct outside *outside, struct subscriber_key *inside, char *error,
	size_t error_size)
{
	struct prefix prefix;

	if (outside->whole && map_e_psid_length(rule) > 0)
		return refuse(outside, "MAP-E shares it: only with a port is it somebody's", error,
			error_size);
	if (map_e_inside(rule, &outside->address, outside->first, &prefix) != MAP_E_FITS)
		return refuse(outside, "MAP-E reserves that port (RFC 7597 section 5.1)", error,
			error_size);
	if (outside->last > map_e_block_last(rule, outside->first))
		return refuse(outside, "MAP-E gives these ports to several subscribers", error,
			error_size);
	*inside = (struct subscriber_key){
		.address = prefix.address, .kind = SUBSCRIBER_ADDRESS, .length = prefix.length};
	return TRANSLATION_DONE;
}

enum translation_result translation_inside(const struct translation *translation,
	const struct subscriber_key *key, struct subscriber_key *inside, char *error,
	size_t error_size)
{
	const struct range range = range_of_key(key);
	const struct outside outside = {
		.address = key->address,
		.first = range.first.port,
		.last = range.last.port,
		.whole = key->kind == SUBSCRIBER_ADDRESS,
	};
	int index;

	if (key->kind != SUBSCRIBER_PORTS &&
		(key->kind != SUBSCRIBER_ADDRESS || key->length != 128))
		return TRANSLATION_NONE;
	index = prefix_set_find(translation->outsides, &key->address);
	if (index >= 0)
		return by_pool(translation->pools[index], &outside, inside, error, error_size);
	index = prefix_set_find(translation->shared, &key->address);
	if (index >= 0)
		return by_rule(&translation->rules[index], &outside, inside, error, error_size);
	return TRANSLATION_NONE;
}

typedef bool (*emit_range)(void *context, const struct range *outside);

// The part of `range` within the prefix; false: none.
static bool intersect(const struct range *range, const struct prefix *prefix, struct range *common)
{
	*common = range_of_prefix(prefix);
	if (range_point_compare(&range->first, &common->first) > 0)
		common->first = range->first;
	if (range_point_compare(&range->last, &common->last) < 0)
		common->last = range->last;
	return range_point_compare(&common->first, &common->last) <= 0;
}

// A whole prefix is found by keys of both kinds.
static bool emit_whole(emit_range emit, void *context, const struct prefix *prefix)
{
	struct range range = range_of_prefix(prefix);

	if (!emit(context, &range))
		return false;
	range.first.kind = range.last.kind = SUBSCRIBER_PORTS;
	return emit(context, &range);
}

static bool outside_of_pool(
	const struct cgn_pool *pool, const struct range *inside, emit_range emit, void *context)
{
	struct range common;

	if (!intersect(inside, &pool->inside, &common))
		return true;
	common.last.port = 0;
	for (struct range_point at = common.first; range_point_compare(&at, &common.last) <= 0;) {
		struct range outside = {.first.kind = SUBSCRIBER_PORTS};
		struct prefix host = {.length = 128};

		if (!cgn_pool_outside(pool, &at.address, &host.address, &outside.first.port,
			    &outside.last.port))
			break;
		outside.first.address = outside.last.address = host.address;
		outside.last.kind = SUBSCRIBER_PORTS;
		if (!(pool->addresses_per_outside == 1 ? emit_whole(emit, context, &host)
						       : emit(context, &outside)))
			return false;
		at.port = RANGE_PORT_LAST;
		at = range_point_after(&at);
	}
	return true;
}

static bool outside_of_customer(const struct config_map_e *rule, const struct prefix *customer,
	emit_range emit, void *context)
{
	struct prefix outside;
	const uint32_t blocks = map_e_outside(rule, &customer->address, &outside);
	struct range range = range_of_prefix(&outside);

	if (map_e_psid_length(rule) == 0)
		return emit_whole(emit, context, &outside);
	range.first.kind = range.last.kind = SUBSCRIBER_PORTS;
	for (uint32_t block = 0; block < blocks; block++) {
		map_e_block(rule, &customer->address, block, &range.first.port, &range.last.port);
		if (!emit(context, &range))
			return false;
	}
	return true;
}

static bool outside_of_rule(
	const struct config_map_e *rule, const struct range *inside, emit_range emit, void *context)
{
	struct range common;
	uint64_t last;

	if (!intersect(inside, &rule->ipv6, &common))
		return true;
	last = map_e_ea_bits(rule, &common.last.address);
	for (uint64_t bits = map_e_ea_bits(rule, &common.first.address); bits <= last; bits++) {
		const struct prefix customer = map_e_customer(rule, bits);

		if (!outside_of_customer(rule, &customer, emit, context))
			return false;
	}
	return true;
}

bool translation_outside(const struct translation *translation, const struct range *inside,
	bool (*emit)(void *context, const struct range *outside), void *context)
{
	for (size_t i = 0; i < translation->pool_count; i++)
		if (!outside_of_pool(translation->pools[i], inside, emit, context))
			return false;
	for (size_t i = 0; i < translation->rule_count; i++)
		if (!outside_of_rule(&translation->rules[i], inside, emit, context))
			return false;
	return true;
}
