// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All mapping files together: key → subscriber, subscriber → flags.
//
// The narrowest row that holds a key decides. A key that two rows give to different subscribers
// belongs to neither, and neither do two ranges that cross; such rows are rejected, and each
// refusal names the other's line. The flags of a subscriber are those of all its rows, whatever
// file they stand in.
//
// Built by one thread; then immutable, any thread. It holds its files and copies nothing of them:
// on top of them it costs at most 48 bytes a row.

#include "control/subscriber/mapping_file.h"

struct mapping;

// Takes `count` files, up to CONFIG_MAPPING_MAX, which it holds; NULLs among them are files that
// are not there. `listener` is told of conflicts; may be NULL. NULL only when memory is out.
// `config` must outlive the call only.
struct mapping *mapping_create(struct mapping_file *const files[], size_t count,
	const struct config *config, const struct table_listener *listener);
void mapping_free(struct mapping *mapping); // NULL is allowed

// The subscriber that has all of the key: of a prefix every address, of a block every port. A block
// of ports that no row names belongs to whom the address belongs to, a session to whom its VLANs
// belong to. NULL: nobody, or several do. The name is the mapping's.
const char *mapping_find(const struct mapping *mapping, const struct subscriber_key *key);

// 0: none, or no such subscriber.
uint8_t mapping_flags(const struct mapping *mapping, const char *subscriber);

// Rows with keys that stand; subscribers with flags; rows of a file that were given up.
size_t mapping_keys(const struct mapping *mapping);
size_t mapping_flagged(const struct mapping *mapping);
uint32_t mapping_conflicts(const struct mapping *mapping, size_t file);

// In the order of their names.
const char *mapping_flagged_at(const struct mapping *mapping, size_t index, uint8_t *flags);

// The ranges of all keys, disjoint and in order; see range_table_at. Gives the subscriber's flags,
// 0 for a gap too; `*mapped` is false in a gap.
size_t mapping_range_count(const struct mapping *mapping);

// The index of the first range that ends at `point` or behind it.
size_t mapping_range_find(const struct mapping *mapping, const struct range_point *point);
uint8_t mapping_range_at(
	const struct mapping *mapping, size_t index, struct range *range, bool *mapped);
