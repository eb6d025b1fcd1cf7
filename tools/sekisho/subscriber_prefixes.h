// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The option --subscribers PREFIX of the commands that read captures.

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>

// Makes the `count` prefixes in `texts` the only ones; none of them leaves `subscribers` as it is.
// false: memory is out or one is no prefix; printed as a line of `program`'s.
bool subscriber_prefixes_replace(const char *program, struct config_subscribers *subscribers,
	const char *const texts[], size_t count);
