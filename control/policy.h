// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What may be done: the action for an indicator, from the configuration's policy by level, capped
// by the entry's own max_action; an entry without a port is capped to alert below level 4. Who
// opted out, is exempt, or has not consented where that is needed, is only ever alerted of. Pure.

#include "config/config.h"
#include "control/catalogue.h"
#include "dataplane/api/generation_layout.h"

// Whether it may ever do more than alert.
bool policy_enforces(const struct config *config, const struct indicator *indicator);

enum action policy_action(const struct config *config, const struct indicator *indicator);

// The same for every evidence and all flags, as the data plane needs it.
void policy_decide(const struct config *config, const struct indicator *indicator,
	struct generation_decision *decision);

// What an entry may do that the over-block guard disarmed.
void policy_decide_alert(struct generation_decision *decision);
