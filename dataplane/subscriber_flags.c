// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/subscriber_flags.h"

int subscriber_flags_order(uint8_t kind, const struct address *address, uint16_t port,
	uint8_t other_kind, const struct address *other_address, uint16_t other_port)
{
	int order = kind - other_kind;

	if (order == 0)
		order = address_compare(address, other_address);
	return order != 0 ? order : port - other_port;
}

uint8_t subscriber_flags_find(const struct generation_subscriber ranges[], uint32_t count,
	enum subscriber_key_kind kind, const struct address *address, uint16_t port)
{
	// ranges[low - 1] begins at the value or before it, ranges[high] behind it.
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct generation_subscriber *range = &ranges[middle];

		if (subscriber_flags_order(range->kind, &range->first, range->first_port,
			    (uint8_t)kind, address, port) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || subscriber_flags_order(ranges[low - 1].kind, &ranges[low - 1].last,
				ranges[low - 1].last_port, (uint8_t)kind, address, port) < 0)
		return 0;
	return ranges[low - 1].flags;
}
