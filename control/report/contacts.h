// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What `sekisho contacts --json` and `sekisho subscribers --json` print, from the store.

#include "control/control.h"

#include <jansson.h>

#define REPORT_LIMIT_MAX 100000

// All give NULL only when memory is out, and {"error"} when the request is not understood.

// {"subscriber": address or prefix, "limit": N}, both optional. An address stands for the
// subscriber it belongs to. Unsolicited contacts are left out.
json_t *contacts_json(const struct control *control, const json_t *request);

// {"limit": N}, optional.
json_t *subscribers_json(const struct control *control, const json_t *request);
