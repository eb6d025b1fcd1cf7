// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whole numbers in lists. Strict, as all here: no sign, no blanks, no leading zeros. Pure.

#include <stdbool.h>
#include <stdint.h>

// 0..maximum, in decimal.
bool number_parse(const char *text, uint32_t maximum, uint32_t *value);
