// SPDX-License-Identifier: BSD-3-Clause
#include "control/policy.h"

// A server's whole address is only acted on where somebody analysed that very server.
#define ANY_PORT_LEVEL 4

enum action policy_action(const struct config *config, const struct indicator *indicator)
{
	if (indicator->port == 0 && indicator->level < ANY_PORT_LEVEL)
		return ACTION_ALERT;
	enum action action = config->policy[indicator->level];
	bool capped = action_severity(action) > action_severity(indicator->max_action);
	return capped ? indicator->max_action : action;
}

bool policy_enforces(const struct config *config, const struct indicator *indicator)
{
	return policy_action(config, indicator) != ACTION_ALERT;
}
