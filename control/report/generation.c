// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/generation.h"

#include "config/utc.h"
#include "control/report/contact.h"

#include <sodium.h>

json_t *generation_json(const struct generation_header *header, uint64_t since_ns)
{
	const uint32_t *levels = header->rules_by_level;
	const uint64_t now_ns = utc_now_ns();
	char digest[2 * GENERATION_DIGEST_SIZE + 1];

	if (header->header_size == 0)
		return json_null();
	sodium_bin2hex(digest, sizeof(digest), header->digest, sizeof(header->digest));
	return json_pack("{s:I, s:s, s:o, s:o, s:I, s:I, s:I, s:{s:I, s:I, s:I, s:I}}", "number",
		(json_int_t)header->number, "digest", digest, "created",
		time_json(header->created_ns), "since", time_json(since_ns), "age_s",
		(json_int_t)(now_ns > header->created_ns
				     ? (now_ns - header->created_ns) / UTC_NS_PER_S
				     : 0),
		"rules", (json_int_t)header->service_count, "addresses",
		(json_int_t)header->address_count, "levels", "1", (json_int_t)levels[1], "2",
		(json_int_t)levels[2], "3", (json_int_t)levels[3], "4", (json_int_t)levels[4]);
}
