// SPDX-License-Identifier: BSD-3-Clause
#include "config/mode.h"

#include <string.h>

static const char *const names[MODE_COUNT] = {
	[MODE_ALERT] = "alert",
	[MODE_SHADOW] = "shadow",
	[MODE_ENFORCE] = "enforce",
};

const char *mode_name(enum mode mode)
{
	return (unsigned int)mode < MODE_COUNT ? names[mode] : "?";
}

bool mode_parse(const char *text, enum mode *mode)
{
	for (unsigned int i = 0; i < MODE_COUNT; i++) {
		if (strcmp(text, names[i]) == 0) {
			*mode = (enum mode)i;
			return true;
		}
	}
	return false;
}
