// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How the appliance is, as control/api.h says.

#include "control/control.h"

#include <jansson.h>

// Both give NULL only when memory is out.
json_t *status_json(const struct control *control);
json_t *mode_json(const struct control *control); // the member "mode" of the status
