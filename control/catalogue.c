// SPDX-License-Identifier: BSD-3-Clause
#include "control/catalogue.h"

#include "control/string_pool.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// What makes two rows the same indicator, and where the row's source is.
struct row_key {
	struct address address; // zero for domains, as port and transport
	uint16_t port;
	uint8_t transport;
	bool is_domain;
	uint32_t source;
};

struct catalogue {
	atomic_uint holders;
	bool sealed;
	struct string_pool *strings;
	struct quarantine *quarantine;
	struct row_key *keys; // until sealing
	struct indicator_source *sources;
	size_t source_count, source_room;
	struct indicator *indicators; // from sealing on; endpoints, then domains
	size_t indicator_count, endpoint_count;
	int64_t next_expiry_s;
};

struct catalogue *catalogue_create(void)
{
	struct catalogue *catalogue = calloc(1, sizeof(*catalogue));
	if (!catalogue)
		return NULL;
	atomic_init(&catalogue->holders, 1);
	catalogue->strings = string_pool_create();
	catalogue->quarantine = quarantine_create();
	if (!catalogue->strings || !catalogue->quarantine) {
		catalogue_release(catalogue);
		return NULL;
	}
	return catalogue;
}

struct catalogue *catalogue_hold(struct catalogue *catalogue)
{
	atomic_fetch_add(&catalogue->holders, 1);
	return catalogue;
}

void catalogue_release(struct catalogue *catalogue)
{
	if (!catalogue || atomic_fetch_sub(&catalogue->holders, 1) > 1)
		return;
	string_pool_free(catalogue->strings);
	quarantine_free(catalogue->quarantine);
	free(catalogue->keys);
	free(catalogue->sources);
	free(catalogue->indicators);
	free(catalogue);
}

struct quarantine *catalogue_quarantine(struct catalogue *catalogue)
{
	assert(!catalogue->sealed);
	return catalogue->quarantine;
}

const struct quarantine *catalogue_withheld(const struct catalogue *catalogue)
{
	return catalogue->quarantine;
}

static bool make_room(struct catalogue *catalogue)
{
	if (catalogue->source_count < catalogue->source_room)
		return true;
	size_t room = catalogue->source_room ? 2 * catalogue->source_room : 1024;
	if (room > UINT32_MAX)
		return false;
	struct row_key *keys = realloc(catalogue->keys, room * sizeof(*keys));
	if (!keys)
		return false;
	catalogue->keys = keys;
	struct indicator_source *sources = realloc(catalogue->sources, room * sizeof(*sources));
	if (!sources)
		return false;
	catalogue->sources = sources;
	catalogue->source_room = room;
	return true;
}

// *copy: the pool's `text`, NULL if that is NULL. false only when memory is out.
static bool keep(struct catalogue *catalogue, const char *text, const char **copy)
{
	*copy = text ? string_pool_add(catalogue->strings, text) : NULL;
	return *copy || !text;
}

bool catalogue_add(
	struct catalogue *catalogue, uint16_t feed, uint32_t line, const struct feed_row *row)
{
	assert(!catalogue->sealed);
	if (!make_room(catalogue))
		return false;
	struct indicator_source source = {
		.feed = feed,
		.line = line,
		.level = row->level,
		.confidence = row->confidence,
		.max_action = row->max_action,
		.first_seen_s = row->first_seen_s,
		.last_seen_s = row->last_seen_s,
		.valid_until_s = row->valid_until_s,
	};
	if (!keep(catalogue, row->family, &source.family) ||
		!keep(catalogue, row->country, &source.country) ||
		!keep(catalogue, row->asn, &source.asn) ||
		!keep(catalogue, row->source, &source.source) ||
		!keep(catalogue, row->reference, &source.reference) ||
		!keep(catalogue, row->domain, &source.domain) ||
		!keep(catalogue, row->sinkhole, &source.sinkhole))
		return false;

	struct row_key key = {
		.is_domain = row->is_domain, .source = (uint32_t)catalogue->source_count};
	if (!row->is_domain) {
		key.address = row->address;
		key.port = row->port;
		key.transport = row->transport;
	}
	catalogue->keys[catalogue->source_count] = key;
	catalogue->sources[catalogue->source_count++] = source;
	return true;
}

size_t catalogue_rows(const struct catalogue *catalogue)
{
	return catalogue->source_count;
}

void catalogue_cut(struct catalogue *catalogue, size_t rows)
{
	assert(!catalogue->sealed && rows <= catalogue->source_count);
	catalogue->source_count = rows;
}

static int compare_service(const struct address *a, uint16_t a_port, uint8_t a_transport,
	const struct address *b, uint16_t b_port, uint8_t b_transport)
{
	int order = address_compare(a, b);
	if (order == 0)
		order = (a_port > b_port) - (a_port < b_port);
	if (order == 0)
		order = (a_transport > b_transport) - (a_transport < b_transport);
	return order;
}

static int compare_keys(const void *left, const void *right, void *context)
{
	const struct row_key *a = left, *b = right;
	const struct catalogue *catalogue = context;
	if (a->is_domain != b->is_domain)
		return a->is_domain - b->is_domain;
	if (a->is_domain)
		return strcmp(
			catalogue->sources[a->source].domain, catalogue->sources[b->source].domain);
	return compare_service(
		&a->address, a->port, a->transport, &b->address, b->port, b->transport);
}

static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : !a - !b;
}

// The weightiest first: the family of an indicator is that of its first source which names one.
// Feed and line come last, so that the order of the feeds decides nothing else.
static int compare_sources(const void *left, const void *right)
{
	const struct indicator_source *a = left, *b = right;
	int order = b->level - a->level;
	if (order == 0)
		order = b->confidence - a->confidence;
	if (order == 0)
		order = compare_texts(a->family, b->family);
	if (order == 0)
		order = a->feed - b->feed;
	if (order == 0)
		order = (a->line > b->line) - (a->line < b->line);
	return order;
}

static void drop_expired(struct catalogue *catalogue, int64_t now_s)
{
	size_t left = 0;
	for (size_t i = 0; i < catalogue->source_count; i++) {
		int64_t end_s = catalogue->sources[i].valid_until_s;
		if (end_s != 0 && end_s <= now_s)
			continue;
		if (end_s != 0 &&
			(catalogue->next_expiry_s == 0 || end_s < catalogue->next_expiry_s))
			catalogue->next_expiry_s = end_s;
		catalogue->keys[left++] = catalogue->keys[i];
	}
	catalogue->source_count = left;
}

static size_t count_indicators(struct catalogue *catalogue)
{
	size_t count = 0;
	for (size_t i = 0; i < catalogue->source_count; i++)
		count += i == 0 ||
			 compare_keys(&catalogue->keys[i - 1], &catalogue->keys[i], catalogue) != 0;
	return count;
}

static struct indicator merge_sources(
	const struct row_key *key, const struct indicator_source *sources, uint32_t count)
{
	struct indicator indicator = {
		.address = key->address,
		.port = key->port,
		.transport = key->transport,
		.is_domain = key->is_domain,
		.domain = key->is_domain ? sources[0].domain : NULL,
		.level = sources[0].level,
		.max_action = ACTION_SINKHOLE,
		.valid_until_s = sources[0].valid_until_s,
		.sources = sources,
		.source_count = count,
	};
	for (uint32_t i = 0; i < count; i++) {
		const struct indicator_source *source = &sources[i];
		if (source->confidence > indicator.confidence)
			indicator.confidence = source->confidence;
		// The enumeration ascends from alert to sinkhole, which caps nothing.
		if (source->max_action < indicator.max_action)
			indicator.max_action = source->max_action;
		if (source->valid_until_s == 0 || indicator.valid_until_s == 0)
			indicator.valid_until_s = 0;
		else if (source->valid_until_s > indicator.valid_until_s)
			indicator.valid_until_s = source->valid_until_s;
		if (!indicator.family)
			indicator.family = source->family;
		if (!indicator.sinkhole)
			indicator.sinkhole = source->sinkhole;
	}
	if (indicator.sinkhole)
		indicator.max_action = ACTION_ALERT;
	return indicator;
}

bool catalogue_seal(struct catalogue *catalogue, int64_t now_s)
{
	assert(!catalogue->sealed);
	drop_expired(catalogue, now_s);
	size_t rows = catalogue->source_count;
	if (rows > 0)
		qsort_r(catalogue->keys, rows, sizeof(*catalogue->keys), compare_keys, catalogue);
	size_t indicator_count = count_indicators(catalogue);

	// One more than needed: calloc(0) may give NULL.
	struct indicator_source *sources = calloc(rows + 1, sizeof(*sources));
	struct indicator *indicators = calloc(indicator_count + 1, sizeof(*indicators));
	if (!sources || !indicators) {
		free(sources);
		free(indicators);
		return false;
	}
	size_t endpoints = 0, indicator = 0;
	for (size_t first = 0, next; first < rows; first = next) {
		const struct row_key *key = &catalogue->keys[first];
		for (next = first; next < rows; next++) {
			if (compare_keys(key, &catalogue->keys[next], catalogue) != 0)
				break;
			sources[next] = catalogue->sources[catalogue->keys[next].source];
		}
		uint32_t count = (uint32_t)(next - first);
		if (count > 1)
			qsort(&sources[first], count, sizeof(*sources), compare_sources);
		indicators[indicator++] = merge_sources(key, &sources[first], count);
		endpoints += !key->is_domain;
	}

	free(catalogue->keys);
	free(catalogue->sources);
	catalogue->keys = NULL;
	catalogue->sources = sources;
	catalogue->indicators = indicators;
	catalogue->indicator_count = indicator_count;
	catalogue->endpoint_count = endpoints;
	catalogue->sealed = true;
	return true;
}

size_t catalogue_count(const struct catalogue *catalogue)
{
	return catalogue->indicator_count;
}

const struct indicator *catalogue_at(const struct catalogue *catalogue, size_t index)
{
	assert(index < catalogue->indicator_count);
	return &catalogue->indicators[index];
}

const struct indicator *catalogue_find(const struct catalogue *catalogue,
	const struct address *address, uint16_t port, uint8_t transport)
{
	size_t low = 0, high = catalogue->endpoint_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct indicator *indicator = &catalogue->indicators[middle];
		int order = compare_service(&indicator->address, indicator->port,
			indicator->transport, address, port, transport);
		if (order == 0)
			return indicator;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

size_t catalogue_find_address(const struct catalogue *catalogue, const struct address *address)
{
	size_t low = 0, high = catalogue->endpoint_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (address_compare(&catalogue->indicators[middle].address, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t catalogue_next_expiry(const struct catalogue *catalogue)
{
	return catalogue->next_expiry_s;
}
