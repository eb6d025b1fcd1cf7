// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What `sekisho bindings --json` prints, from the store.

#include "control/control.h"

#include <jansson.h>

// {"address": text, "at": time, "subscriber": text, "limit": N}, all optional. NULL only when
// memory is out, and {"error"} when the request is not understood.
json_t *bindings_json(const struct control *control, const json_t *request);
