// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who is behind a key: what mapping files, CGN files and MAP-E rules say, as they stand together.
//
//     key ──► translation ──► RADIUS binding ──► mapping ──► the subscriber's name
//             outside → inside    of that moment      │ else
//                                                     └─► the key's own text
//
// A binding is asked first because it is of the moment, where a mapping file is of the day it was
// written. A key that was translated and is nobody's by name is known by its inside text, so that
// one customer seen inside and outside is one subscriber; an outside key that cannot be translated
// may still be a row of the mapping.
//
// A snapshot: immutable, shared by reference count, any thread. A look-up is O(log n) and does not
// allocate.

#include "control/subscriber/flagged.h"

struct identity;

struct identity_result {
	char subscriber[SUBSCRIBER_NAME_SIZE]; // the name; not known: the key's text
	struct subscriber_key key;             // that it was looked up by: the inside one
	bool known;
	bool translated; // `key` is another one than was asked for
	uint8_t flags;   // SUBSCRIBER_FLAG_*, those of the name in the mapping files
};

_Static_assert(SUBSCRIBER_NAME_SIZE >= SUBSCRIBER_KEY_TEXT_SIZE, "a key's text is a name too");

// Where time-ranged bindings are. `find` says whose the address or prefix was at `at_ns` (UTC).
// 1: `name` is filled, 0: nobody's by name, -1: cannot be told, which is not the same.
struct identity_bindings {
	void *context;
	int (*find)(void *context, const struct prefix *prefix, uint64_t at_ns,
		char name[SUBSCRIBER_NAME_SIZE]);
};

// Takes both over. NULL only when memory is out; then they are still the caller's.
struct identity *identity_create(struct mapping *mapping, struct translation *translation);
struct identity *identity_hold(struct identity *identity);
void identity_release(struct identity *identity); // NULL is allowed

// `identity` is NULL where no mapping stands yet. `bindings` may be NULL. `link` is the name of the
// key's link, where it has one. -1: a binding could not be looked for.
int identity_resolve(const struct identity *identity, const struct identity_bindings *bindings,
	const struct subscriber_key *key, const char *link, uint64_t at_ns,
	struct identity_result *result);

// The flags of a name: what a caller needs who knows bindings and makes prefixes for
// identity_flagged of them.
uint8_t identity_flags(const struct identity *identity, const char *subscriber);

// Calls `each` for every subscriber with flags.
void identity_flagged_each(const struct identity *identity,
	void (*each)(void *context, const char *subscriber, uint8_t flags), void *context);

// Calls `each` for the ranges of addresses, as far as they have an address of `within`, to whom the
// mapping gives flags; the ranges are in order and disjoint. `each` says false to stop.
void identity_flagged_ranges(const struct identity *identity, const struct prefix *within,
	bool (*each)(void *context, const struct range *range), void *context);

// For a generation: see flagged.h.
struct flagged *identity_flagged(const struct identity *identity,
	const struct flagged_prefix prefixes[], size_t count, char *error, size_t error_size);

// Rows with keys that stand; subscribers with flags.
size_t identity_mapped(const struct identity *identity);
size_t identity_flagged_count(const struct identity *identity);
