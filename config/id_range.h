// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Ranges of the ids that a frame carries between Ethernet and IP: "100", "100-199"; of VLANs also
// "300-310.100-200", every outer tag of the first part with every inner one of the second.
//
// Pure functions; any thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Both ends belong to it.
struct id_range {
	uint32_t first, last;
};

// IEEE 802.1Q: 0 is a tag that names no VLAN, 4095 is reserved.
#define VLAN_FIRST 1u
#define VLAN_LAST  4094u

// RFC 3032, RFC 7274: what lies below has a meaning of its own.
#define LABEL_FIRST 16u
#define LABEL_LAST  1048575u

struct vlan_range {
	struct id_range outer;
	struct id_range inner; // begins with 0, for no inner tag, if the text names none
};

static inline bool id_range_contains(const struct id_range *range, uint32_t id)
{
	return range->first <= id && id <= range->last;
}

// Decimal numbers without signs or leading zeros, the last not less than the first, both within
// `limits`.
bool id_range_parse(
	const char *text, size_t length, const struct id_range *limits, struct id_range *range);

bool label_range_parse(const char *text, struct id_range *range);
bool vlan_range_parse(const char *text, struct vlan_range *range);

// Whether it says something of inner tags.
static inline bool vlan_range_has_inner(const struct vlan_range *range)
{
	return range->inner.first > 0;
}
