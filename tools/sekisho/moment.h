// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A moment as a person types it: RFC 3339 UTC ("2026-11-22T06:30:00Z"), or how long ago: a whole
// number with s, m, h, d or w ("24h", "7d"). Pure.

#include "config/utc.h"

#include <stdbool.h>

// Gives it as RFC 3339, whole seconds. false: neither form, or before 1970.
bool moment_parse(const char *typed, uint64_t now_ns, char text[UTC_TEXT_SIZE]);
