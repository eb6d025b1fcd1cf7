// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One decision of a generation (dataplane/api/generation_layout.h): is it one that can be carried
// out, and may it touch a packet at all.
//
// Pure; no DPDK.

#include "dataplane/api/generation_layout.h"

#include <stdbool.h>
#include <stddef.h>

// false: what is wrong and what would be right, in `wrong`. Every field is looked at.
bool decision_check(const struct generation_decision *decision, char *wrong, size_t wrong_size);

// Some cell says more than alert.
bool decision_touches(const struct generation_decision *decision);
