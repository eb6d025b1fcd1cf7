// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/key_prefix.h"

struct prefix key_prefix(const struct config_subscribers *config, const struct prefix *prefix)
{
	const uint8_t length = address_is_v4(&prefix->address)
				       ? (uint8_t)(ADDRESS_V4_OFFSET_BITS + config->v4_length)
				       : config->v6_length;
	struct prefix key = *prefix;

	if (length < prefix->length) {
		key.address = address_mask(&prefix->address, length);
		key.length = length;
	}
	return key;
}
