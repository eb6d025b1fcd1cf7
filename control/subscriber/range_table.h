// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Nested ranges of keys, flattened into disjoint ones: who a key belongs to, by binary search.
//
// A key is a point in the order of kind, address, port. Prefixes, blocks of ports and ranges of
// VLANs are all ranges of points; of those that hold a point the narrowest decides, and two ranges
// are either disjoint or one lies within the other. Points of kinds without ports take all ports, 0
// to 65535, as the ranges of a generation do.
//
// Built by one thread, in order; once sealed immutable and read by any. Building costs O(n) behind
// the caller's sort, a look-up O(log n), a boundary 24 bytes; n ranges have at most 2n boundaries.

#include "config/subscriber_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RANGE_PORT_LAST UINT16_MAX
#define RANGE_NOBODY    UINT32_MAX // the value where there is no range

struct range_point {
	struct address address;
	uint16_t port;
	uint8_t kind; // enum subscriber_key_kind
};

struct range {
	struct range_point first, last;
};

int range_point_compare(const struct range_point *a, const struct range_point *b);

// The point that follows, and the one in front. The kinds follow one another.
struct range_point range_point_after(const struct range_point *point);
struct range_point range_point_before(const struct range_point *point);

// The order in which ranges are added: by where they begin, those that contain others first.
int range_compare(const struct range *a, const struct range *b);

// All addresses of a prefix.
struct range range_of_prefix(const struct prefix *prefix);

// All points that a key stands for: of an address its prefix, of ports its block.
struct range range_of_key(const struct subscriber_key *key);

struct range_table;

// NULL only when memory is out.
struct range_table *range_table_create(void);
void range_table_free(struct range_table *table); // NULL is allowed

// In the order of range_compare; equal ranges may follow one another, and the last one counts.
// `value` is not RANGE_NOBODY. false: memory is out.
bool range_table_add(struct range_table *table, const struct range *range, uint32_t value);
bool range_table_seal(struct range_table *table); // likewise

// How many disjoint ranges cover all points from the first one that was added, gaps included.
size_t range_table_count(const struct range_table *table);

// The range of that index and its value, which is RANGE_NOBODY in a gap. The last one is a gap.
uint32_t range_table_at(const struct range_table *table, size_t index, struct range *range);

// The index of the range that holds `point`; the count if that lies before all ranges.
size_t range_table_find(const struct range_table *table, const struct range_point *point);
