// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whose packets may be touched, as far as the law leaves that to the subscriber.

#include <stdbool.h>

enum consent {
	CONSENT_OPT_OUT, // those of everybody who did not object
	CONSENT_OPT_IN,  // those of who agreed
};
#define CONSENT_COUNT 2

const char *consent_name(enum consent consent); // "opt-out"; "?" for a value out of range
bool consent_parse(const char *text, enum consent *consent);
