// SPDX-License-Identifier: BSD-3-Clause
#include "config/prefix_set.h"

#include <assert.h>
#include <stdlib.h>

#define NOBODY (-1)

// Prefixes that contain one another have distinct lengths, and there are 129 of those.
#define NESTING_MAX 129

// From `start` up to the next range's start, addresses belong to `owner`.
struct range {
	struct address start;
	int owner;
};

struct prefix_set {
	struct range *ranges; // ascending; empty when there are no prefixes
	size_t range_count;
	size_t prefix_count;
};

struct numbered_prefix {
	struct prefix prefix;
	int number;
};

// A prefix comes before those it contains, and of equal ones the first given comes first.
static int numbered_prefix_compare(const void *a, const void *b)
{
	const struct numbered_prefix *left = a, *right = b;
	int order = address_compare(&left->prefix.address, &right->prefix.address);

	if (order != 0)
		return order;
	if (left->prefix.length != right->prefix.length)
		return left->prefix.length < right->prefix.length ? -1 : 1;
	// As unsigned numbers, so that NOBODY comes last and its equal wins.
	return (unsigned int)left->number < (unsigned int)right->number ? -1 : 1;
}

// The first address behind `prefix`; false: there is none.
static bool prefix_successor(const struct prefix *prefix, struct address *successor)
{
	*successor = prefix->address;
	for (size_t bit = prefix->length; bit > 0; bit--) {
		size_t byte = (bit - 1) / 8;
		uint8_t mask = (uint8_t)(0x80u >> ((bit - 1) % 8));

		successor->bytes[byte] ^= mask;
		if (successor->bytes[byte] & mask)
			return true;
	}
	return false;
}

static void ranges_append(struct prefix_set *set, const struct address *start, int owner)
{
	struct range *last = set->range_count ? &set->ranges[set->range_count - 1] : NULL;

	if (last && address_compare(&last->start, start) == 0) {
		last->owner = owner;
		return;
	}
	set->ranges[set->range_count++] = (struct range){.start = *start, .owner = owner};
}

static bool prefix_covers(const struct prefix *outer, const struct prefix *inner)
{
	struct address masked = address_mask(&inner->address, outer->length);

	return outer->length <= inner->length && address_compare(&masked, &outer->address) == 0;
}

// Sweeps over the sorted prefixes with a stack of those that are open at the current address.
static void ranges_build(struct prefix_set *set, const struct numbered_prefix *sorted, size_t count)
{
	const struct numbered_prefix *open[NESTING_MAX];
	size_t depth = 0;

	for (size_t i = 0; i <= count; i++) {
		const struct numbered_prefix *next = i < count ? &sorted[i] : NULL;
		struct address successor;

		while (depth > 0 &&
			!(next && prefix_covers(&open[depth - 1]->prefix, &next->prefix))) {
			depth--;
			if (prefix_successor(&open[depth]->prefix, &successor))
				ranges_append(
					set, &successor, depth ? open[depth - 1]->number : NOBODY);
		}
		if (!next || (depth > 0 && open[depth - 1]->prefix.length == next->prefix.length))
			continue; // the end, or the same prefix again
		assert(depth < NESTING_MAX);
		open[depth++] = next;
		ranges_append(set, &next->prefix.address, next->number);
	}
}

struct prefix_set *prefix_set_create(const struct prefix *prefixes, size_t count)
{
	// A range of nobody's keeps IPv6 prefixes as short as ::/0 out of IPv4.
	static const struct prefix v4 = {
		.address = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}},
		.length = ADDRESS_V4_OFFSET_BITS,
	};
	struct numbered_prefix *sorted = NULL;
	struct prefix_set *set = calloc(1, sizeof(*set));

	if (!set)
		return NULL;
	set->prefix_count = count;
	sorted = calloc(count + 1, sizeof(*sorted));
	if (!sorted)
		goto no_memory;
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct numbered_prefix){.prefix = prefixes[i], .number = (int)i};
	sorted[count] = (struct numbered_prefix){.prefix = v4, .number = NOBODY};
	qsort(sorted, count + 1, sizeof(*sorted), numbered_prefix_compare);

	// Each prefix begins at most one range and ends at most one.
	set->ranges = calloc(2 * (count + 1), sizeof(*set->ranges));
	if (!set->ranges)
		goto no_memory;
	ranges_build(set, sorted, count + 1);
	free(sorted);
	return set;

no_memory:
	free(sorted);
	prefix_set_free(set);
	return NULL;
}

void prefix_set_free(struct prefix_set *set)
{
	if (!set)
		return;
	free(set->ranges);
	free(set);
}

int prefix_set_find(const struct prefix_set *set, const struct address *address)
{
	size_t low = 0, high = set->range_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (address_compare(&set->ranges[middle].start, address) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? set->ranges[low - 1].owner : NOBODY;
}

size_t prefix_set_count(const struct prefix_set *set)
{
	return set->prefix_count;
}
