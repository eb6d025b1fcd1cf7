// SPDX-License-Identifier: BSD-3-Clause
#include "control/compile.h"

#include "control/decisions.h"
#include "control/policy.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY_BITS   10
#define MEMORY_SLOTS  (1u << MEMORY_BITS)
#define MEMORY_FACTOR 0x9e3779b97f4a7c15u // 2^64 over the golden ratio: spreads what is alike

// What goes into a generation.
struct parts {
	const struct catalogue *catalogue;
	const struct flagged *subscribers;
	struct policy_moment moment;
	const struct compile_guard *guard;
	struct decisions *decisions;
	uint16_t *decided; // numbers of the decisions, in the order of the catalogue
};

// First pass: how much there is, and how much room that takes.
static void measure(const struct parts *parts, struct generation_header *header)
{
	const struct catalogue *catalogue = parts->catalogue;
	const struct flagged *subscribers = parts->subscribers;
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
	header->cohort = subscribers->cohort;
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

// The decisions that were made last: many indicators have few of them, and a decision has many
// cases.
struct memory {
	struct {
		struct policy_reach reach;
		int number; // plus 1; 0: empty
	} slots[MEMORY_SLOTS];
	int alert; // of what is disarmed; likewise
};

static struct service_key key_of(const struct indicator *indicator)
{
	return (struct service_key){indicator->address, indicator->port, indicator->transport};
}

static bool is_disarmed(const struct parts *parts, const struct indicator *indicator)
{
	const struct service_key key = key_of(indicator);

	return overblock_find(parts->guard->overblock, &key) != NULL;
}

// The number of the decision about an indicator that is disarmed, or a negative errno.
static int decide_disarmed(const struct parts *parts, struct memory *memory)
{
	struct generation_decision decision;
	int number = memory->alert - 1;

	if (number >= 0)
		return number;
	policy_decide_alert(&decision);
	number = decisions_add(parts->decisions, &decision);
	memory->alert = number < 0 ? 0 : number + 1;
	return number;
}

// The number of the decision about an indicator, or a negative errno.
static int decide_one(const struct parts *parts, const struct config *config,
	const struct indicator *indicator, struct memory *memory)
{
	const struct policy_reach reach = policy_reach(config, &parts->moment, indicator);
	const uint64_t mixed = (reach.entries ^ reach.severity) * MEMORY_FACTOR;
	const size_t slot = mixed >> (64 - MEMORY_BITS);
	struct generation_decision decision;
	int number = memory->slots[slot].number - 1;

	if (number >= 0 && memory->slots[slot].reach.entries == reach.entries &&
		memory->slots[slot].reach.severity == reach.severity)
		return number;
	policy_decide(config, &reach, &decision);
	number = decisions_add(parts->decisions, &decision);
	memory->slots[slot].reach = reach;
	memory->slots[slot].number = number < 0 ? 0 : number + 1;
	return number;
}

// Second pass. false with one line in `error`.
static bool decide(const struct parts *parts, const struct config *config,
	struct generation_header *header, char *error, size_t error_size)
{
	struct memory memory = {0};
	for (uint32_t i = 0; i < header->service_count; i++) {
		const struct indicator *indicator = catalogue_at(parts->catalogue, i);
		int number = is_disarmed(parts, indicator)
				     ? decide_disarmed(parts, &memory)
				     : decide_one(parts, config, indicator, &memory);
		if (number == -ENOSPC) {
			snprintf(error, error_size,
				"the policy comes to more than %u different decisions: take some "
				"of its rules out",
				GENERATION_DECISIONS_MAX);
			return false;
		}
		if (number < 0) {
			snprintf(error, error_size, "memory for decisions: %s", strerror(-number));
			return false;
		}
		parts->decided[i] = (uint16_t)number;
	}
	header->decision_count = decisions_count(parts->decisions);
	header->total_size += header->decision_count * sizeof(struct generation_decision);
	return true;
}

// Third pass.
static void fill(const struct parts *parts, const struct generation_header *header, uint8_t *body)
{
	struct generation_address *addresses = (struct generation_address *)body;
	struct generation_service *services =
		(struct generation_service *)(addresses + header->address_count);
	struct generation_decision *decisions =
		(struct generation_decision *)(services + header->service_count);
	struct generation_address *address = NULL;
	for (uint32_t i = 0; i < header->service_count; i++) {
		const struct indicator *indicator = catalogue_at(parts->catalogue, i);
		if (!address || memcmp(address->address, indicator->address.bytes,
					sizeof(address->address)) != 0) {
			address = address ? address + 1 : addresses;
			memcpy(address->address, indicator->address.bytes,
				sizeof(address->address));
			address->first_service = i;
		}
		address->service_count++;
		services[i].port = indicator->port;
		services[i].transport = indicator->transport;
		services[i].level = indicator->level;
		services[i].decision = parts->decided[i];
		const struct service_key key = key_of(indicator);
		if (novelty_is_new(parts->guard->novelty, &key) && !is_disarmed(parts, indicator))
			services[i].flags = GENERATION_RULE_NEW;
	}
	for (uint32_t i = 0; i < header->address_count; i++)
		if (addresses[i].service_count > 1)
			qsort(&services[addresses[i].first_service], addresses[i].service_count,
				sizeof(*services), compare_services);
	if (header->decision_count > 0)
		memcpy(decisions, decisions_all(parts->decisions),
			header->decision_count * sizeof(*decisions));
	if (parts->subscribers != NULL && header->subscriber_count > 0)
		memcpy(decisions + header->decision_count, parts->subscribers->ranges,
			header->subscriber_count * sizeof(parts->subscribers->ranges[0]));
}

static void digest(struct generation_header *header, const uint8_t *body)
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, body, header->total_size - sizeof(*header));
	if (header->cohort.trial != 0)
		crypto_hash_sha256_update(
			&state, (const uint8_t *)&header->cohort, sizeof(header->cohort));
	crypto_hash_sha256_final(&state, header->digest);
}

static int fill_memfd(int memfd, const struct parts *parts, struct generation_header *header)
{
	if (ftruncate(memfd, (off_t)header->total_size) < 0)
		return -1;
	uint8_t *map = mmap(NULL, header->total_size, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	if (map == MAP_FAILED)
		return -1;
	uint8_t *body = map + sizeof(*header);
	fill(parts, header, body);
	digest(header, body);
	memcpy(map, header, sizeof(*header));
	// A writable mapping would keep F_SEAL_WRITE from being set.
	munmap(map, header->total_size);
	return fcntl(memfd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
}

static int make_memfd(
	const struct parts *parts, struct generation_header *header, char *error, size_t error_size)
{
	int memfd = memfd_create("sekisho-generation", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memfd < 0) {
		snprintf(error, error_size, "memory for a generation: %s", strerror(errno));
		return -1;
	}
	if (fill_memfd(memfd, parts, header) < 0) {
		snprintf(error, error_size, "memory for a generation of %llu bytes: %s",
			(unsigned long long)header->total_size, strerror(errno));
		close(memfd);
		return -1;
	}
	return memfd;
}

int compile_generation(const struct catalogue *catalogue, const struct config *config,
	const struct flagged *subscribers, const struct compile_guard *guard, int64_t now_s,
	uint64_t number, uint64_t created_ns, struct generation_header *header, char *error,
	size_t error_size)
{
	_Static_assert(GENERATION_DIGEST_SIZE == crypto_hash_sha256_BYTES, "digest is SHA-256");
	static const struct compile_guard unguarded;
	struct parts parts = {
		.catalogue = catalogue,
		.subscribers = subscribers,
		.moment = policy_moment(config, now_s),
		.guard = guard == NULL ? &unguarded : guard,
	};
	int memfd = -1;
	*header = (struct generation_header){
		.magic = GENERATION_MAGIC,
		.layout_version = GENERATION_LAYOUT_VERSION,
		.header_size = sizeof(*header),
		.number = number,
		.created_ns = created_ns,
	};
	measure(&parts, header);
	if (header->service_count > config->rule_limit) {
		snprintf(error, error_size,
			"the lists make %u rules, rule_limit is %u: raise it (up to %u) or take a "
			"feed out",
			header->service_count, config->rule_limit, GENERATION_RULES_MAX);
		return -1;
	}
	parts.decisions = decisions_create();
	// One more than needed: calloc(0) may give NULL.
	parts.decided = calloc(header->service_count + 1, sizeof(*parts.decided));
	if (parts.decisions == NULL || parts.decided == NULL)
		snprintf(error, error_size, "memory for decisions: %s", strerror(ENOMEM));
	else if (decide(&parts, config, header, error, error_size))
		memfd = make_memfd(&parts, header, error, error_size);
	decisions_free(parts.decisions);
	free(parts.decided);
	return memfd;
}
