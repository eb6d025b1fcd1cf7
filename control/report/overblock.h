// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the over-block guard disarmed, in JSON as control/api.h says.

#include "control/control.h"
#include "control/loader.h"

#include <jansson.h>

#define GUARD_LIMIT_MAX 10000

// All give NULL only when memory is out.

// {"limit": N?} → what is disarmed.
json_t *guard_json(const struct control *control, const json_t *request);

// Reads {"address", "port"?} or {"all": true}, and "note"?, into the job. NULL, or the error.
json_t *guard_choice(const json_t *request, struct loader_job *job);

// The answer to guard-ack.
json_t *guard_answer_json(const struct loader_answer *answer);

// {"limit", "figure", "allowed", "since"}; null for NULL: it is armed.
json_t *disarmed_json(const struct disarmed *disarmed);

// Adds one sentence if something is disarmed.
void guard_problems(const struct loader_view *lists, json_t *problems);
