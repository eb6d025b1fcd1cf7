// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/subscriber_prefixes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool subscriber_prefixes_replace(const char *program, struct config_subscribers *subscribers,
	const char *const texts[], size_t count)
{
	if (count == 0)
		return true;
	struct prefix *prefixes = calloc(count, sizeof(*prefixes));
	if (prefixes == NULL) {
		fprintf(stderr, "%s: no memory for %zu prefixes\n", program, count);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		const char *text = texts[i];

		if (!prefix_parse(text, strlen(text), &prefixes[i])) {
			fprintf(stderr,
				"%s: --subscribers %s: not a prefix; write an address and a "
				"length, "
				"host bits zero, such as 198.51.100.0/24 or 2001:db8::/32\n",
				program, text);
			free(prefixes);
			return false;
		}
		// A subscriber is no wider than the prefix it lives in.
		const uint8_t length = prefixes[i].length;
		if (address_is_v4(&prefixes[i].address)) {
			const uint8_t v4_length = (uint8_t)(length - ADDRESS_V4_OFFSET_BITS);
			if (subscribers->v4_length < v4_length)
				subscribers->v4_length = v4_length;
		} else if (subscribers->v6_length < length) {
			subscribers->v6_length = length;
		}
	}
	free(subscribers->prefixes);
	subscribers->prefixes = prefixes;
	subscribers->prefix_count = count;
	return true;
}
