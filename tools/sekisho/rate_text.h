// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rates for people: three significant digits and an SI prefix.

#include <jansson.h>

#define RATE_TEXT_SIZE 32

// "0 pps", "999 pps", "1.23 Mpps", "9.81 Gbit/s". What is negative is 0.
void rate_text(double per_second, const char *unit, char text[RATE_TEXT_SIZE]);

// The same of a member; "-" where the rate is not known.
void rate_text_member(
	const json_t *object, const char *member, const char *unit, char text[RATE_TEXT_SIZE]);
