// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The accounting server in the status and in its problems, as control/api.h says.

#include "control/control.h"

#include <jansson.h>

json_t *radius_json(const struct control *control); // null where there is no server

// Adds what is not well: requests refused within the last minute for a reason that somebody must
// see to, and a store that takes nothing.
void radius_problems(const struct control *control, json_t *problems);
