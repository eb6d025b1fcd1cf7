// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Trials, as control/api.h describes them: what runs and ran, and the commands that change it.

#include "control/control.h"
#include "control/store/trials.h"

#include <jansson.h>

// One trial, without its phases.
json_t *trial_json(const struct trial *trial);

json_t *trials_json(const struct control *control, const json_t *request);
json_t *trial_start_json(const struct control *control, const json_t *request, const char *actor);
json_t *trial_change_json(const struct control *control, const json_t *request, const char *actor);
json_t *trial_end_json(const struct control *control, const json_t *request, const char *actor);
