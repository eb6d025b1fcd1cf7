// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The hash chain of the audit log: every entry's hash covers its own fields and the hash before it,
// so that no entry can be changed, taken out or moved without all later hashes being other ones.
//
// hash = SHA-256(hash before, 32 bytes | id, 8 | at_ns, 8 | actor | action | from | to | detail)
// with numbers in network order and every text preceded by its length in bytes, 4 bytes in network
// order. Before the first entry are 32 zero bytes, or the hash at which older entries were cut.
//
// Nothing here is secret: who can write the database can write a whole chain anew, take entries
// from its end, and add some there. The first two are seen by whoever keeps hashes elsewhere, in a
// log for one; the last by whoever keeps all of them. Any thread; pure but for chain_register.

#include <stddef.h>
#include <stdint.h>

#define CHAIN_HASH_SIZE 32
#define CHAIN_TEXT_SIZE (2 * CHAIN_HASH_SIZE + 1) // in hexadecimal digits

struct sqlite3;

// Not terminated: what is in the database may hold any byte.
struct chain_text {
	const void *bytes;
	size_t size;
};

struct chain_link {
	int64_t id, at_ns;
	struct chain_text actor, action, from, to, detail;
};

void chain_hash(const uint8_t previous[CHAIN_HASH_SIZE], const struct chain_link *link,
	uint8_t hash[CHAIN_HASH_SIZE]);

void chain_format(const uint8_t hash[CHAIN_HASH_SIZE], char text[CHAIN_TEXT_SIZE]);

// Makes it an SQL function, for schema.c: audit_hash(previous, id, at_ns, actor, action, from, to,
// detail). 0, or -1 and SQLite knows why.
int chain_register(struct sqlite3 *database);
