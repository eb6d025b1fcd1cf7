// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is known of subscribers in JSON, as control/api.h says: the mapping and CGN files, how many
// rows of them stand, and what is wrong with them.

#include "control/loader.h"

#include <jansson.h>

// NULL only when memory is out.
json_t *registry_json(const struct loader_view *lists);
