// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Why a server's packets are treated as they are: who names it, what the policy decides and by
// which entry, what caps that, and what would happen now. As control/api.h says.

#include "config/mode.h"
#include "control/control.h"

#include <jansson.h>

// `mode` is the appliance's. {"error"} when the request is not understood. NULL only when memory is
// out.
json_t *policy_explain_json(const struct control *control, enum mode mode, const json_t *request);
