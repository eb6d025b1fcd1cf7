// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Deterministic CGN (RFC 7422 section 2): which inside address a port of an outside address was
// given to, computed from how the translators are set up instead of looked up in their logs.
//
// One row of the file is one pool. Ports are given out sequentially, the first block to the first
// inside address, the second to the second, and so on; a full outside address is followed by the
// next one:
//
//     ports_per_subscriber said    P of them, C = ports / P inside addresses share an outside one
//     not said                     C = ceil(inside addresses / outside addresses), P = ports / C
//     inside address number i      outside address number i / C,
//                                  ports from first_port + (i mod C) * P, P of them
//
// Ports that are left over, because P does not divide them, belong to nobody here (RFC 7422 calls
// them a dynamic pool: who has them is in the translator's log).
//
// Immutable once read; shared by reference count, any thread.

#include "control/subscriber/table.h"

#include "config/config.h"

#include <stdatomic.h>

struct cgn_pool {
	struct prefix inside, outside; // IPv4
	uint32_t line;
	uint32_t addresses_per_outside; // C
	uint32_t block_ports;           // P
	uint16_t first_port, last_port;
};

struct cgn_file {
	atomic_uint holders;
	char *path;
	struct cgn_pool *pools; // as in the file
	size_t count;
	uint32_t rejected; // rows
};

// Pools of one file: a bound on memory, and on the time that looking for overlaps takes.
#define CGN_POOLS_MAX 4096

// NULL with one line in `error` when the file as a whole cannot be used. Of two pools whose outside
// prefixes overlap, neither is taken. `listener` may be NULL.
struct cgn_file *cgn_file_read(
	const char *path, const struct table_listener *listener, char *error, size_t error_size);
struct cgn_file *cgn_file_hold(struct cgn_file *file);
void cgn_file_release(struct cgn_file *file); // NULL is allowed

// The inside address of an outside one, which must lie in the pool's prefix. false: the port is
// given to nobody.
bool cgn_pool_inside(const struct cgn_pool *pool, const struct address *outside, uint16_t port,
	struct address *inside);

// The other way round. false: the pool does not give that address anything.
bool cgn_pool_outside(const struct cgn_pool *pool, const struct address *inside,
	struct address *outside, uint16_t *first, uint16_t *last);

static inline bool prefix_overlaps(const struct prefix *a, const struct prefix *b)
{
	return prefix_contains(a, &b->address) || prefix_contains(b, &a->address);
}
