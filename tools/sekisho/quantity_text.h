// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers for people: three significant digits and an SI prefix for rates, every digit for counts.
// Pure.

#include <stdint.h>

#define QUANTITY_TEXT_SIZE 32

// "0", "12.3 k", "1.20 M", "345 G"; the unit follows: "1.20 Mpps". Negative is 0.
void quantity_text_rate(double per_second, const char *unit, char text[QUANTITY_TEXT_SIZE]);

// "1,234,567".
void quantity_text_count(uint64_t count, char text[QUANTITY_TEXT_SIZE]);

// The two largest units: "12 s", "3 min 20 s", "4 h 5 min", "12 d 3 h".
void quantity_text_duration(uint64_t seconds, char text[QUANTITY_TEXT_SIZE]);
