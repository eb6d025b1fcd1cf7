// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An immutable set of prefixes: who is a subscriber, what may never be blocked.
//
// Built once from an array, then read by any number of threads. A look-up is a binary search over
// disjoint ranges: O(log n), no allocation, and it names the longest prefix that holds the address,
// so that a person can be told what protected it.

#include "config/address.h"

struct prefix_set;

// Copies `prefixes` (any order, overlaps and duplicates allowed; count 0 gives a set that holds
// nothing). NULL only when memory is out. The caller owns the result.
struct prefix_set *prefix_set_create(const struct prefix *prefixes, size_t count);
void prefix_set_free(struct prefix_set *set); // NULL is allowed

// The index, in the array given to prefix_set_create, of the longest prefix that contains
// `address` (of equal ones, the first), or -1.
int prefix_set_find(const struct prefix_set *set, const struct address *address);

static inline bool prefix_set_contains(const struct prefix_set *set, const struct address *address)
{
	return prefix_set_find(set, address) >= 0;
}

size_t prefix_set_count(const struct prefix_set *set); // as given, before merging
