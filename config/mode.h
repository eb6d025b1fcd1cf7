// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The three uses of the appliance, in the order in which an ISP dares them.

#include <stdbool.h>

enum mode {
	MODE_ALERT,   // count and report; touch nothing
	MODE_SHADOW,  // compute verdicts and count them; touch nothing
	MODE_ENFORCE, // apply verdicts
};
#define MODE_COUNT 3

const char *mode_name(enum mode mode); // "?" for a value out of range
bool mode_parse(const char *text, enum mode *mode);
