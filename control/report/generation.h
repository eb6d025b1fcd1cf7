// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A generation in JSON, as control/api.h says.

#include "dataplane/api/generation_layout.h"

#include <jansson.h>

// `since_ns`: when it came into force, 0 where that is not known. null for a header of zeros. NULL
// only when memory is out.
json_t *generation_json(const struct generation_header *header, uint64_t since_ns);
