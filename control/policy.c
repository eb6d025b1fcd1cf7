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

static bool may_touch(const struct config *config, unsigned flags)
{
	if (flags & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT))
		return false;
	return config->subscribers.consent == CONSENT_OPT_OUT ||
	       (flags & SUBSCRIBER_FLAG_CONSENTED);
}

void policy_decide(const struct config *config, const struct indicator *indicator,
	struct generation_decision *decision)
{
	const enum action action = policy_action(config, indicator);

	*decision = (struct generation_decision){.sinkhole_else = ACTION_ALERT};
	for (unsigned evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (unsigned flags = 0; flags < GENERATION_FLAG_SETS; flags++)
			decision->cells[evidence][flags] = (struct generation_cell){
				.action = may_touch(config, flags) ? (uint8_t)action : ACTION_ALERT,
				.mode = MODE_ENFORCE,
			};
}

void policy_decide_alert(struct generation_decision *decision)
{
	*decision = (struct generation_decision){.sinkhole_else = ACTION_ALERT};
	for (unsigned evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (unsigned flags = 0; flags < GENERATION_FLAG_SETS; flags++)
			decision->cells[evidence][flags] = (struct generation_cell){
				.action = ACTION_ALERT, .mode = MODE_ENFORCE};
}

bool policy_enforces(const struct config *config, const struct indicator *indicator)
{
	struct generation_decision decision;
	bool enforces = false;

	policy_decide(config, indicator, &decision);
	for (unsigned evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (unsigned flags = 0; flags < GENERATION_FLAG_SETS; flags++)
			enforces |= decision.cells[evidence][flags].action != ACTION_ALERT;
	return enforces;
}
