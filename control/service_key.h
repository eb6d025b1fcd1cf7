// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A listed service, whoever listed it: what entries are known by from one generation to the next.

#include "config/address.h"

#include <stdint.h>

struct service_key {
	struct address address;
	uint16_t port;     // 0: any
	uint8_t transport; // 0: both
};

// The order of a catalogue's endpoints.
static inline int service_key_compare(const struct service_key *a, const struct service_key *b)
{
	const int order = address_compare(&a->address, &b->address);

	if (order != 0)
		return order;
	return a->port != b->port ? a->port - b->port : a->transport - b->transport;
}
