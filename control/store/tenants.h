// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Bindings, asked for keys rather than for addresses: keys may be longer than a binding, and
// shorter.
//
// Through the caller's connection, within its transaction or without one. -1: store_error says why.

#include "control/store/bindings.h"

// More rows than this in a key shorter than its bindings are not looked through.
#define TENANT_ROWS_MAX 4096

// Whose the key was at `at_ns`: of who held all of it, the longest prefix first; else of who alone
// held something within it. 1: `name` is filled; 0: of nobody, of several, or of whom no name is
// known; -1: failed.
int store_tenant_find(struct store *store, const struct prefix *key, uint64_t at_ns,
	char name[BINDING_TEXT_SIZE]);

// Calls `each` for every binding that holds now and has an address from `first` to `last`.
int store_tenants_among(struct store *store, const struct address *first,
	const struct address *last,
	void (*each)(void *context, const struct prefix *prefix, const char *name), void *context);

// The same for what the subscriber of that name holds now.
int store_tenant_prefixes(struct store *store, const char *name,
	void (*each)(void *context, const struct prefix *prefix, const char *name), void *context);
