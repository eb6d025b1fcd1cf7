// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The decisions of a generation, each once, numbered in the order in which they came.
//
// One thread. Adding costs one hash of 144 bytes and usually one comparison.

#include "dataplane/api/generation_layout.h"

#include <stdint.h>

struct decisions;

struct decisions *decisions_create(void);         // NULL only when memory is out
void decisions_free(struct decisions *decisions); // NULL is allowed

// The number of this decision, which is copied if it is new. -ENOSPC: there are
// GENERATION_DECISIONS_MAX others; -ENOMEM.
int decisions_add(struct decisions *decisions, const struct generation_decision *decision);

uint32_t decisions_count(const struct decisions *decisions);
const struct generation_decision *decisions_all(const struct decisions *decisions);
