// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What `sekisho contacts --json` and `sekisho subscribers --json` print, from the store.

#include "control/control.h"

#include <jansson.h>

// All give NULL only when memory is out, and {"error"} when the request is not understood. What may
// be asked for is in control/report/filter.h.

json_t *contacts_json(const struct control *control, const json_t *request);

json_t *subscribers_json(const struct control *control, const json_t *request);
