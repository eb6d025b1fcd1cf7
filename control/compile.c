// SPDX-License-Identifier: BSD-3-Clause
#include "control/compile.h"

#include "control/policy.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// First pass: how much there is, and how much room that takes.
static void measure(const struct catalogue *catalogue, const struct flagged *subscribers,
	struct generation_header *header)
{
	const struct address *last = NULL;
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);
		if (indicator->is_domain)
			break; // endpoints come first
		if (!last || address_compare(last, &indicator->address) != 0)
			header->address_count++;
		header->service_count++;
		header->rules_by_level[indicator->level]++;
		last = &indicator->address;
	}
	header->total_size = sizeof(*header) +
			     header->address_count * sizeof(struct generation_address) +
			     header->service_count * sizeof(struct generation_service);
	if (subscribers == NULL)
		return;
	header->subscriber_count = (uint32_t)subscribers->count;
	header->total_size += subscribers->count * sizeof(subscribers->ranges[0]);
}

// The first service that fits a packet decides (generation_layout.h); ports and transports at the
// end make the order, and so the digest, unambiguous.
static int compare_services(const void *left, const void *right)
{
	const struct generation_service *a = left, *b = right;
	int order = b->level - a->level;
	if (order == 0)
		order = (a->port == 0) - (b->port == 0);
	if (order == 0)
		order = (a->transport == 0) - (b->transport == 0);
	if (order == 0)
		order = a->port - b->port;
	if (order == 0)
		order = a->transport - b->transport;
	return order;
}

static void fill_service(const struct indicator *indicator, const struct config *config,
	const struct compile_guard *guard, struct generation_service *service)
{
	const struct service_key key = {indicator->address, indicator->port, indicator->transport};

	service->port = indicator->port;
	service->transport = indicator->transport;
	service->level = indicator->level;
	service->action = ACTION_ALERT;
	if (overblock_find(guard->overblock, &key) != NULL)
		return;
	service->action = (uint8_t)policy_action(config, indicator);
	if (novelty_is_new(guard->novelty, &key))
		service->flags = GENERATION_RULE_NEW;
}

// Second pass.
static void fill(const struct catalogue *catalogue, const struct config *config,
	const struct compile_guard *guard, const struct flagged *subscribers,
	const struct generation_header *header, uint8_t *body)
{
	struct generation_address *addresses = (struct generation_address *)body;
	struct generation_service *services =
		(struct generation_service *)(addresses + header->address_count);
	struct generation_address *address = NULL;
	for (uint32_t i = 0; i < header->service_count; i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);
		if (!address || memcmp(address->address, indicator->address.bytes,
					sizeof(address->address)) != 0) {
			address = address ? address + 1 : addresses;
			memcpy(address->address, indicator->address.bytes,
				sizeof(address->address));
			address->first_service = i;
		}
		address->service_count++;
		fill_service(indicator, config, guard, &services[i]);
	}
	for (uint32_t i = 0; i < header->address_count; i++)
		if (addresses[i].service_count > 1)
			qsort(&services[addresses[i].first_service], addresses[i].service_count,
				sizeof(*services), compare_services);
	if (subscribers != NULL)
		memcpy(services + header->service_count, subscribers->ranges,
			subscribers->count * sizeof(subscribers->ranges[0]));
}

static int fill_memfd(int memfd, const struct catalogue *catalogue, const struct config *config,
	const struct compile_guard *guard, const struct flagged *subscribers,
	struct generation_header *header)
{
	if (ftruncate(memfd, (off_t)header->total_size) < 0)
		return -1;
	uint8_t *map = mmap(NULL, header->total_size, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	if (map == MAP_FAILED)
		return -1;
	uint8_t *body = map + sizeof(*header);
	fill(catalogue, config, guard, subscribers, header, body);
	crypto_hash_sha256(header->digest, body, header->total_size - sizeof(*header));
	memcpy(map, header, sizeof(*header));
	// A writable mapping would keep F_SEAL_WRITE from being set.
	munmap(map, header->total_size);
	return fcntl(memfd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
}

int compile_generation(const struct catalogue *catalogue, const struct config *config,
	const struct flagged *subscribers, const struct compile_guard *guard, uint64_t number,
	uint64_t created_ns, struct generation_header *header, char *error, size_t error_size)
{
	_Static_assert(GENERATION_DIGEST_SIZE == crypto_hash_sha256_BYTES, "digest is SHA-256");
	static const struct compile_guard unguarded;
	*header = (struct generation_header){
		.magic = GENERATION_MAGIC,
		.layout_version = GENERATION_LAYOUT_VERSION,
		.header_size = sizeof(*header),
		.number = number,
		.created_ns = created_ns,
	};
	measure(catalogue, subscribers, header);
	if (header->service_count > config->rule_limit) {
		snprintf(error, error_size,
			"the lists make %u rules, rule_limit is %u: raise it (up to %u) or take a "
			"feed out",
			header->service_count, config->rule_limit, GENERATION_RULES_MAX);
		return -1;
	}

	int memfd = memfd_create("sekisho-generation", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memfd < 0) {
		snprintf(error, error_size, "memory for a generation: %s", strerror(errno));
		return -1;
	}
	if (fill_memfd(memfd, catalogue, config, guard == NULL ? &unguarded : guard, subscribers,
		    header) < 0) {
		snprintf(error, error_size, "memory for a generation of %llu bytes: %s",
			(unsigned long long)header->total_size, strerror(errno));
		close(memfd);
		return -1;
	}
	return memfd;
}
