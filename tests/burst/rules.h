// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rules for tests, as the sealed memfd in which a generation travels. The control plane's compiler
// is another program's code; this one is small enough to be read.

#include "config/action.h"
#include "dataplane/api/generation_layout.h"
#include "dataplane/generation.h"

#include <stddef.h>
#include <stdint.h>

struct rule {
	const char *address;
	uint8_t transport;
	uint16_t port;
	uint8_t level;
	uint8_t action; // enum action
};

// What is in the memfd, to be altered before it is sealed. Rules of one address keep their order.
struct rules_image {
	struct generation_header *header; // begins the memory, which free() releases
	struct generation_address *addresses;
	struct generation_service *services;
	size_t size;
};

struct rules_image rules_image_make(const struct rule *rules, size_t count);

// A sealed memfd with these bytes.
int memfd_sealed(const void *bytes, size_t size);

// Image or rules → memfd → generation. Asserts that it works. Releases the image.
struct generation *rules_image_generation(struct rules_image *image);
struct generation *rules_generation(const struct rule *rules, size_t count);
