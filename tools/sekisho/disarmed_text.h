// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the over-block guard did to an indicator, as a line below it.

#include <jansson.h>

// Prints the line to stdout; nothing if `indicator`, as list-show and policy-explain give it, is
// armed.
void disarmed_text_print(const json_t *indicator);
