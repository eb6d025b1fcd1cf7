// SPDX-License-Identifier: BSD-3-Clause
#include "config/consent.h"

#include <string.h>

static const char *const names[CONSENT_COUNT] = {
	[CONSENT_OPT_OUT] = "opt-out",
	[CONSENT_OPT_IN] = "opt-in",
};

const char *consent_name(enum consent consent)
{
	return (unsigned int)consent < CONSENT_COUNT ? names[consent] : "?";
}

bool consent_parse(const char *text, enum consent *consent)
{
	for (unsigned int i = 0; i < CONSENT_COUNT; i++) {
		if (strcmp(text, names[i]) == 0) {
			*consent = (enum consent)i;
			return true;
		}
	}
	return false;
}
