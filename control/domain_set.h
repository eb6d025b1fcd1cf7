// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A set of domains, each alone or with everything below it: what may never be listed.
//
// Filled by one thread, sealed once, then read by any number of threads. A look-up is a binary
// search for the name and for each name above it: O(labels * log n), no allocation.

#include <stdbool.h>
#include <stddef.h>

struct domain_set;

struct domain_set *domain_set_create(void);   // NULL only when memory is out
void domain_set_free(struct domain_set *set); // NULL is allowed

// Copies `domain`, as domain_parse writes it. `number` is the caller's. false only when memory is
// out.
bool domain_set_add(struct domain_set *set, const char *domain, bool below, size_t number);
void domain_set_seal(struct domain_set *set);
size_t domain_set_count(const struct domain_set *set);

// The longest member that is `domain`, or that it is below of, and its number; of equal ones the
// one added first. NULL: none.
const char *domain_set_find(const struct domain_set *set, const char *domain, size_t *number);
