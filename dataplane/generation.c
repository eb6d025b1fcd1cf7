// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/generation.h"

#include "config/action.h"
#include "config/transport.h"
#include "dataplane/generation_image.h"
#include "dataplane/subscriber_flags.h"

#include <rte_bitops.h>
#include <rte_common.h>
#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_lcore.h>
#include <rte_memory.h>

#include <assert.h>
#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Below this share of its bucket entries a table rarely needs its overflow buckets.
#define TABLE_LOAD_PERCENT 60
#define TABLE_ENTRIES_MIN  64

struct generation {
	struct generation_header header;
	struct generation_service *services;
	struct generation_decision *decisions;
	uint8_t *disarmed; // by rule; relaxed, written by the service thread
	struct generation_subscriber *subscribers;
	struct rte_hash *table; // address → span; NULL: no rules
};

struct generation_builder {
	struct generation_image image;
	struct generation *generation;
	bool complete;
};

// What the table keeps for an address, in the eight bytes rte_hash has for it.
union span {
	void *data;
	struct {
		uint32_t first_service;
		uint32_t service_count;
	};
};

_Static_assert(sizeof(union span) == sizeof(void *), "a span fits rte_hash's data");

// rte_hash makes a power of two of bucket entries, but keeps as many keys as it was asked for: a
// little past the power of two doubles the first at the cost of few of the second.
static uint32_t table_entries(uint32_t address_count)
{
	uint32_t entries = RTE_MAX(address_count, (uint32_t)TABLE_ENTRIES_MIN);
	uint32_t buckets = rte_align32pow2(entries);

	return (uint64_t)entries * 100 > (uint64_t)buckets * TABLE_LOAD_PERCENT ? buckets + 1
										: entries;
}

static struct rte_hash *table_create(uint32_t address_count)
{
	static uint32_t serial; // service thread only
	char name[RTE_HASH_NAMESIZE];
	const struct rte_hash_parameters parameters = {
		.name = name,
		.entries = table_entries(address_count),
		.key_len = sizeof(struct address),
		.hash_func = rte_hash_crc, // falls back to tables on a CPU without the instruction
		.socket_id = SOCKET_ID_ANY,
		.extra_flag = RTE_HASH_EXTRA_FLAGS_EXT_TABLE,
	};

	// Several live at once, and rte_hash insists on names.
	snprintf(name, sizeof(name), "generation%" PRIu32, serial++);
	return rte_hash_create(&parameters);
}

struct generation_builder *generation_builder_create(
	int memfd, uint32_t rule_limit, char *error, size_t error_size)
{
	struct generation_builder *builder = calloc(1, sizeof(*builder));
	struct generation *generation = calloc(1, sizeof(*generation));

	if (!builder || !generation) {
		snprintf(error, error_size, "generation: no memory");
		goto free_both;
	}
	if (!generation_image_read(&builder->image, memfd, rule_limit, error, error_size))
		goto free_both;
	generation->header = builder->image.header;
	// One more byte: a generation without rules is not out of memory.
	generation->disarmed = calloc(generation->header.service_count + 1, 1);
	if (!generation->disarmed) {
		snprintf(error, error_size, "generation %" PRIu64 ": no memory",
			generation->header.number);
		goto release_image;
	}
	if (generation->header.address_count > 0) {
		generation->table = table_create(generation->header.address_count);
		if (!generation->table) {
			snprintf(error, error_size,
				"generation %" PRIu64 ": no table for %" PRIu32
				" addresses (%s): raise memory_mb",
				generation->header.number, generation->header.address_count,
				rte_strerror(rte_errno));
			goto release_image;
		}
	}
	builder->generation = generation;
	return builder;

release_image:
	generation_image_release(&builder->image);
free_both:
	if (generation)
		free(generation->disarmed);
	free(generation);
	free(builder);
	return NULL;
}

static bool add_address(struct generation *generation, const struct generation_address *address,
	char *error, size_t error_size)
{
	union span span = {
		.first_service = address->first_service,
		.service_count = address->service_count,
	};
	int status = rte_hash_add_key_data(generation->table, address->address, span.data);

	if (status < 0)
		snprintf(error, error_size, "generation %" PRIu64 ": table full (%s)",
			generation->header.number, rte_strerror(-status));
	return status >= 0;
}

int generation_builder_step(
	struct generation_builder *builder, uint32_t count, char *error, size_t error_size)
{
	struct generation_image *image = &builder->image;

	for (; count > 0 && image->checked_decisions < image->header.decision_count; count--) {
		if (!generation_image_next_decision(image, error, error_size))
			return -1;
	}
	for (; count > 0 && image->checked_addresses < image->header.address_count; count--) {
		const struct generation_address *address =
			generation_image_next(image, error, error_size);

		if (!address || !add_address(builder->generation, address, error, error_size))
			return -1;
	}
	for (; count > 0 && image->checked_subscribers < image->header.subscriber_count; count--) {
		if (!generation_image_next_subscriber(image, error, error_size))
			return -1;
	}
	if (image->checked_decisions < image->header.decision_count ||
		image->checked_addresses < image->header.address_count ||
		image->checked_subscribers < image->header.subscriber_count)
		return 0;
	if (!generation_image_complete(image, error, error_size))
		return -1;
	builder->complete = true;
	return 1;
}

struct generation *generation_builder_finish(struct generation_builder *builder)
{
	struct generation *generation = builder->generation;

	assert(builder->complete);
	generation->services = builder->image.services;
	builder->image.services = NULL;
	generation->decisions = builder->image.decisions;
	builder->image.decisions = NULL;
	generation->subscribers = builder->image.subscribers;
	builder->image.subscribers = NULL;
	builder->generation = NULL;
	generation_builder_free(builder);
	return generation;
}

void generation_builder_free(struct generation_builder *builder)
{
	if (!builder)
		return;
	generation_free(builder->generation);
	generation_image_release(&builder->image);
	free(builder);
}

void generation_free(struct generation *generation)
{
	if (!generation)
		return;
	rte_hash_free(generation->table);
	free(generation->subscribers);
	free(generation->decisions);
	free(generation->disarmed);
	free(generation->services);
	free(generation);
}

const struct generation_header *generation_header(const struct generation *generation)
{
	return &generation->header;
}

uint64_t generation_lookup(const struct generation *generation,
	const struct address *const addresses[], uint32_t count, struct listed listed[])
{
	void *data[RTE_HASH_LOOKUP_BULK_MAX];
	uint64_t mask = 0;

	assert(count >= 1 && count <= RTE_HASH_LOOKUP_BULK_MAX);
	if (!generation->table)
		return 0;
	// rte_hash takes the keys as const void ** but writes through neither pointer.
	if (rte_hash_lookup_bulk_data(generation->table, (const void **)(uintptr_t)addresses, count,
		    &mask, data) <= 0)
		return 0;
	for (uint64_t left = mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);
		union span span = {.data = data[i]};

		listed[i].services = &generation->services[span.first_service];
		listed[i].service_count = span.service_count;
	}
	return mask;
}

const struct generation_service *listed_match(
	const struct listed *listed, uint8_t transport, uint16_t port)
{
	if (transport != TRANSPORT_TCP && transport != TRANSPORT_UDP)
		return NULL;
	for (uint32_t i = 0; i < listed->service_count; i++) {
		const struct generation_service *service = &listed->services[i];

		if ((service->port == port || service->port == 0) &&
			(service->transport == transport || service->transport == TRANSPORT_ANY))
			return service;
	}
	return NULL;
}

const struct generation_decision *generation_decision(
	const struct generation *generation, uint16_t number)
{
	return &generation->decisions[number];
}

uint8_t generation_subscriber_flags(const struct generation *generation,
	enum subscriber_key_kind kind, const struct address *address, uint16_t port)
{
	return subscriber_flags_find(
		generation->subscribers, generation->header.subscriber_count, kind, address, port);
}

int generation_severity(const struct generation *generation, uint16_t number)
{
	return action_severity(generation->decisions[number].cells[EVIDENCE_ATTEMPTED][0].action);
}

const struct generation_service *listed_strictest(
	const struct generation *generation, const struct listed *listed, uint8_t transport)
{
	const struct generation_service *strictest = NULL;

	if (transport != TRANSPORT_TCP && transport != TRANSPORT_UDP && transport != TRANSPORT_ANY)
		return NULL;
	for (uint32_t i = 0; i < listed->service_count; i++) {
		const struct generation_service *service = &listed->services[i];

		if (transport != TRANSPORT_ANY && service->transport != TRANSPORT_ANY &&
			service->transport != transport)
			continue;
		if (!strictest || generation_severity(generation, service->decision) >
					  generation_severity(generation, strictest->decision))
			strictest = service;
	}
	return strictest;
}

uint32_t generation_rule(
	const struct generation *generation, const struct generation_service *service)
{
	return (uint32_t)(service - generation->services);
}

bool generation_is_disarmed(const struct generation *generation, uint32_t rule)
{
	return __atomic_load_n(&generation->disarmed[rule], __ATOMIC_RELAXED);
}

uint32_t generation_find(const struct generation *generation, const struct address *address,
	uint8_t transport, uint16_t port)
{
	// The table's hash takes eight bytes at a time.
	alignas(8) const struct address aligned = *address;
	union span span;

	if (!generation->table || rte_hash_lookup_data(generation->table, &aligned, &span.data) < 0)
		return GENERATION_NO_RULE;
	for (uint32_t i = 0; i < span.service_count; i++) {
		const uint32_t rule = span.first_service + i;
		const struct generation_service *service = &generation->services[rule];

		if (service->port == port && service->transport == transport)
			return rule;
	}
	return GENERATION_NO_RULE;
}

bool generation_is_new(const struct generation *generation, uint32_t rule)
{
	return generation->services[rule].flags & GENERATION_RULE_NEW;
}

bool generation_disarm(struct generation *generation, uint32_t rule)
{
	const bool armed = !generation->disarmed[rule];

	__atomic_store_n(&generation->disarmed[rule], 1, __ATOMIC_RELAXED);
	return armed;
}

uint32_t generation_disarm_new(struct generation *generation)
{
	uint32_t count = 0;

	for (uint32_t rule = 0; rule < generation->header.service_count; rule++)
		if (generation_is_new(generation, rule))
			count += generation_disarm(generation, rule);
	return count;
}
