// SPDX-License-Identifier: BSD-3-Clause
#include "tests/burst/rules.h"

#include "config/mode.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct placed_rule {
	struct address address;
	size_t order;
	const struct rule *rule;
};

static int placed_rule_compare(const void *a, const void *b)
{
	const struct placed_rule *left = a, *right = b;
	int order = address_compare(&left->address, &right->address);

	return order ? order : (left->order > right->order) - (left->order < right->order);
}

static struct address parse_address(const char *text)
{
	struct address address = {{0}};
	bool parsed = address_parse(text, strlen(text), &address);

	assert(parsed);
	(void)parsed;
	return address;
}

static struct placed_rule *place(const struct rule *rules, size_t count)
{
	struct placed_rule *placed = calloc(count + 1, sizeof(*placed));

	assert(placed);
	for (size_t i = 0; i < count; i++) {
		placed[i].address = parse_address(rules[i].address);
		placed[i].order = i;
		placed[i].rule = &rules[i];
	}
	qsort(placed, count, sizeof(*placed), placed_rule_compare);
	return placed;
}

static bool begins_address(const struct placed_rule *placed, size_t index)
{
	return index == 0 || address_compare(&placed[index].address, &placed[index - 1].address);
}

static void fill_subscriber(
	const struct rule_subscriber *subscriber, struct generation_subscriber *range)
{
	const struct link_ids none = {0};
	bool alone = memcmp(&subscriber->last_ids, &none, sizeof(none)) == 0;

	*range = (struct generation_subscriber){
		.last_port = UINT16_MAX,
		.kind = (uint8_t)subscriber->kind,
		.flags = subscriber->flags,
	};
	if (subscriber->kind >= SUBSCRIBER_VLAN) {
		range->first = subscriber_key_on_link(subscriber->kind, &subscriber->ids).address;
		range->last = subscriber_key_on_link(
			subscriber->kind, alone ? &subscriber->ids : &subscriber->last_ids)
				      .address;
		return;
	}
	range->first = parse_address(subscriber->first);
	range->last = parse_address(subscriber->last ? subscriber->last : subscriber->first);
	if (subscriber->kind == SUBSCRIBER_PORTS) {
		range->first_port = subscriber->first_port;
		range->last_port = subscriber->last_port;
	}
}

static struct generation_decision decision_of(const struct rule *rule)
{
	struct generation_decision decision = {.sinkhole_else = ACTION_ALERT};

	if (rule->decision)
		return *rule->decision;
	for (unsigned evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (unsigned flags = 0; flags < GENERATION_FLAG_SETS; flags++) {
			const bool spared =
				flags & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT) ||
				(rule->opt_in && !(flags & SUBSCRIBER_FLAG_CONSENTED));

			decision.cells[evidence][flags] = (struct generation_cell){
				.action = spared ? (uint8_t)ACTION_ALERT : rule->action,
				.mode = MODE_ENFORCE,
			};
		}
	return decision;
}

struct rules_image rules_image_make(const struct rule *rules, size_t count)
{
	return rules_image_make_with(rules, count, NULL, 0);
}

struct rules_image rules_image_make_with(const struct rule *rules, size_t count,
	const struct rule_subscriber *subscribers, size_t subscriber_count)
{
	struct placed_rule *placed = place(rules, count);
	struct rules_image image = {0};
	uint32_t address_count = 0;

	for (size_t i = 0; i < count; i++)
		address_count += begins_address(placed, i);
	image.size = sizeof(*image.header) + address_count * sizeof(*image.addresses) +
		     count * (sizeof(*image.services) + sizeof(*image.decisions)) +
		     subscriber_count * sizeof(*image.subscribers);
	image.header = calloc(1, image.size);
	assert(image.header);
	image.addresses = (struct generation_address *)(image.header + 1);
	image.services = (struct generation_service *)(image.addresses + address_count);
	image.decisions = (struct generation_decision *)(image.services + count);
	image.subscribers = (struct generation_subscriber *)(image.decisions + count);
	*image.header = (struct generation_header){
		.magic = GENERATION_MAGIC,
		.layout_version = GENERATION_LAYOUT_VERSION,
		.header_size = sizeof(*image.header),
		.total_size = image.size,
		.number = 1,
		.address_count = address_count,
		.service_count = (uint32_t)count,
		.decision_count = (uint32_t)count,
		.subscriber_count = (uint32_t)subscriber_count,
	};
	address_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct rule *rule = placed[i].rule;
		struct generation_address *address;

		if (begins_address(placed, i)) {
			address = &image.addresses[address_count++];
			memcpy(address->address, placed[i].address.bytes, 16);
			address->first_service = i;
		}
		image.addresses[address_count - 1].service_count++;
		image.services[i] = (struct generation_service){
			.port = rule->port,
			.transport = rule->transport,
			.level = rule->level,
			.decision = (uint16_t)i,
		};
		image.decisions[i] = decision_of(rule);
		if (rule->level < GENERATION_LEVELS)
			image.header->rules_by_level[rule->level]++;
	}
	for (size_t i = 0; i < subscriber_count; i++)
		fill_subscriber(&subscribers[i], &image.subscribers[i]);
	free(placed);
	return image;
}

int memfd_sealed(const void *bytes, size_t size)
{
	int memfd = memfd_create("rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (memfd < 0 || write(memfd, bytes, size) != (ssize_t)size ||
		fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) {
		perror("memfd");
		abort();
	}
	return memfd;
}

struct generation *rules_memfd_generation(int memfd)
{
	struct generation_builder *builder;
	char error[256];
	int status = -1;

	builder = generation_builder_create(memfd, GENERATION_RULES_MAX, error, sizeof(error));
	if (builder)
		status = generation_builder_step(builder, UINT32_MAX, error, sizeof(error));
	if (status != 1) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	return generation_builder_finish(builder);
}

struct generation *rules_image_generation(struct rules_image *image)
{
	int memfd = memfd_sealed(image->header, image->size);
	struct generation *generation = rules_memfd_generation(memfd);

	close(memfd);
	free(image->header);
	return generation;
}

struct generation *rules_generation(const struct rule *rules, size_t count)
{
	return rules_generation_with(rules, count, NULL, 0);
}

struct generation *rules_generation_with(const struct rule *rules, size_t count,
	const struct rule_subscriber *subscribers, size_t subscriber_count)
{
	struct rules_image image =
		rules_image_make_with(rules, count, subscribers, subscriber_count);

	return rules_image_generation(&image);
}
