// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Each distinct text once: a list of a million rows names a few hundred families and sources.
//
// Texts are found by keyed SipHash, so that nobody who writes a list can make them collide. Texts
// live until the pool is freed; one thread at a time.

struct string_pool;

struct string_pool *string_pool_create(void);    // NULL only when memory is out
void string_pool_free(struct string_pool *pool); // NULL is allowed

// The pool's own copy of `text`; NULL only when memory is out.
const char *string_pool_add(struct string_pool *pool, const char *text);
