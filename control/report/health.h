// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is not well, in words: each a sentence that names the thing, what is wrong, and where it
// helps, what to do. What went wrong once counts for up to a minute, what is wrong counts until it
// is not.

#include "control/event.h"
#include "control/loader.h"
#include "control/monitor.h"

#include <jansson.h>

// An array of strings; empty: all is well. NULL only when memory is out. `undecoded_limit`: the
// percentage of a port's packets, control frames apart, that may be of kinds not looked into.
json_t *health_json(const struct monitor_view *monitor, const struct loader_view *lists,
	const struct event_log *log, uint8_t undecoded_limit);
