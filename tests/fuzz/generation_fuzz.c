// SPDX-License-Identifier: BSD-3-Clause
// Bytes → memfd → generation; what was accepted is looked up.
#include "dataplane/generation.h"
#include "dataplane/verdict.h"

#include "tests/burst/dpdk.h"
#include "tests/burst/rules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// More would only be slower.
#define RULE_LIMIT 4096

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return dpdk_start(NULL);
}

// Who opted out is left alone, whatever came in.
static void judge(const struct generation *generation, uint16_t number)
{
	const struct generation_decision *decision = generation_decision(generation, number);

	for (enum evidence evidence = 0; evidence < EVIDENCE_COUNT; evidence++) {
		for (uint8_t flags = 0; flags <= SUBSCRIBER_FLAGS; flags++) {
			const struct judgement judgement =
				verdict_judge(decision, evidence, flags, MODE_ENFORCE);

			if ((flags & SUBSCRIBER_FLAG_OPT_OUT) &&
				judgement.verdict != VERDICT_FORWARD)
				abort();
		}
	}
}

static void look_up_all(const struct generation *generation, const uint8_t *data)
{
	uint32_t count = generation_header(generation)->address_count;
	uint64_t rules = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct generation_address entry;
		struct address address;
		const struct address *pointer = &address;
		struct listed listed;

		memcpy(&entry, data + sizeof(struct generation_header) + i * sizeof(entry),
			sizeof(entry));
		memcpy(address.bytes, entry.address, sizeof(address.bytes));
		if (generation_lookup(generation, &pointer, 1, &listed) != 1)
			abort();
		if (!listed_match(&listed,
			    listed.services->transport ? listed.services->transport : 6,
			    listed.services->port))
			abort();
		for (uint32_t rule = 0; rule < listed.service_count; rule++)
			judge(generation, listed.services[rule].decision);
		if (!listed_strictest(generation, &listed, 0))
			abort();
		rules += listed.service_count;
	}
	if (rules != generation_header(generation)->service_count)
		abort();
}

// Both ends of each range lie in it.
static void find_all(const struct generation *generation, const uint8_t *data)
{
	const struct generation_header *header = generation_header(generation);

	data += header->total_size -
		header->subscriber_count * sizeof(struct generation_subscriber);
	for (uint32_t i = 0; i < header->subscriber_count; i++) {
		struct generation_subscriber range;

		memcpy(&range, data + i * sizeof(range), sizeof(range));
		if (generation_subscriber_flags(generation, range.kind, &range.first,
			    range.first_port) != range.flags ||
			generation_subscriber_flags(generation, range.kind, &range.last,
				range.last_port) != range.flags)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct generation_builder *builder;
	char error[256] = "";
	int memfd = memfd_sealed(data, size), status = 0;

	builder = generation_builder_create(memfd, RULE_LIMIT, error, sizeof(error));
	close(memfd);
	while (builder && status == 0)
		status = generation_builder_step(builder, 3, error, sizeof(error));
	if ((status == 1) == (error[0] != '\0'))
		abort();
	if (status == 1) {
		struct generation *generation = generation_builder_finish(builder);

		look_up_all(generation, data);
		find_all(generation, data);
		generation_free(generation);
	} else {
		generation_builder_free(builder);
	}
	return 0;
}
