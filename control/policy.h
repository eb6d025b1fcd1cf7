// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What may be done: the action for an indicator, from the configuration's policy by level, capped
// by the entry's own max_action; an entry without a port is capped to alert below level 4. Pure.

#include "config/config.h"
#include "control/catalogue.h"

// Whether it may do more than alert.
bool policy_enforces(const struct config *config, const struct indicator *indicator);

enum action policy_action(const struct config *config, const struct indicator *indicator);
