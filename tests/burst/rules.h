// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rules for tests, as the sealed memfd in which a generation travels. The control plane's compiler
// is another program's code; this one is small enough to be read.

#include "config/action.h"
#include "dataplane/api/generation_layout.h"
#include "dataplane/generation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rule {
	const char *address;
	uint8_t transport;
	uint16_t port;
	uint8_t level;
	uint8_t action; // enum action; at any evidence, in all modes, for all who may be touched
	bool opt_in;    // who may be: only who consented
	const struct generation_decision *decision; // NULL: made of the above
};

// Flags for a subscriber or a range of them.
struct rule_subscriber {
	enum subscriber_key_kind kind;
	// ADDRESS and PORTS: as text. `last` NULL: the same as `first`.
	const char *first, *last;
	uint16_t first_port, last_port; // PORTS only
	struct link_ids ids, last_ids;  // other kinds; `last_ids` all zero: the same as `ids`
	uint8_t flags;
};

// What is in the memfd, to be altered before it is sealed. Rules of one address keep their order;
// each has the decision of its own number.
struct rules_image {
	struct generation_header *header; // begins the memory, which free() releases
	struct generation_address *addresses;
	struct generation_service *services;
	struct generation_decision *decisions;
	struct generation_subscriber *subscribers;
	size_t size;
};

struct rules_image rules_image_make(const struct rule *rules, size_t count);

// The same with subscribers, which keep their order.
struct rules_image rules_image_make_with(const struct rule *rules, size_t count,
	const struct rule_subscriber *subscribers, size_t subscriber_count);

// A sealed memfd with these bytes.
int memfd_sealed(const void *bytes, size_t size);

// Image or rules → memfd → generation. Asserts that it works. Releases the image; the memfd stays
// the caller's.
struct generation *rules_memfd_generation(int memfd);
struct generation *rules_image_generation(struct rules_image *image);
struct generation *rules_generation(const struct rule *rules, size_t count);
struct generation *rules_generation_with(const struct rule *rules, size_t count,
	const struct rule_subscriber *subscribers, size_t subscriber_count);
