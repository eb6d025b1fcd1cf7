// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A generation as it came in a memfd: read, and believed only as far as it was checked.
//
// Whoever sent it may have lost its mind. The seals are checked first (without them the size could
// change between check and use), then the header, then each decision, then each address with its
// services, in their order, then each range of subscribers. The digest names the generation; it is
// not recomputed here.
//
// Service thread; no DPDK. Errors: one line in `error`, naming the generation, the value and what
// would be right.

#include "dataplane/api/generation_layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct generation_image {
	struct generation_header header;
	struct generation_address *addresses;
	struct generation_service *services;
	struct generation_decision *decisions;
	struct generation_subscriber *subscribers;
	uint32_t checked_addresses;
	uint32_t checked_services;
	uint32_t checked_decisions;
	uint32_t checked_subscribers;
	uint32_t checked_by_level[GENERATION_LEVELS];
};

// Reads all of `memfd` into memory. On failure there is nothing to release.
bool generation_image_read(struct generation_image *image, int memfd, uint32_t rule_limit,
	char *error, size_t error_size);
void generation_image_release(struct generation_image *image);

// Checks the next decision; call only while checked_decisions is below the header's
// decision_count. false: it is not right.
bool generation_image_next_decision(struct generation_image *image, char *error, size_t error_size);

// The next address, checked with its services; call only once all decisions are checked and while
// checked_addresses is below the header's address_count. NULL: it is not right.
const struct generation_address *generation_image_next(
	struct generation_image *image, char *error, size_t error_size);

// Checks the next range of subscribers; call only while checked_subscribers is below the header's
// subscriber_count. false: it is not right.
bool generation_image_next_subscriber(
	struct generation_image *image, char *error, size_t error_size);

// After the last address and range: do the header's sums agree with what followed?
bool generation_image_complete(
	const struct generation_image *image, char *error, size_t error_size);
