// SPDX-License-Identifier: BSD-3-Clause
#include "control/policy.h"

// The first that these flags and this evidence fit, or -1.
static int find_entry(const struct config *config, const struct policy_reach *reach,
	enum evidence evidence, uint8_t flags)
{
	for (uint64_t left = reach->entries; left != 0; left &= left - 1) {
		const int i = __builtin_ctzll(left);
		const struct config_policy_entry *entry = &config->policy.entries[i];

		if (evidence >= entry->min_evidence && (flags & entry->flags) == entry->flags)
			return i;
	}
	return -1;
}

// What spares a subscriber with these flags, whatever the list says.
static enum policy_cap spares(const struct config *config, uint8_t flags)
{
	if (flags & SUBSCRIBER_FLAG_OPT_OUT)
		return POLICY_CAP_OPT_OUT;
	if (flags & SUBSCRIBER_FLAG_EXEMPT)
		return POLICY_CAP_EXEMPT;
	if (config->subscribers.consent == CONSENT_OPT_IN && !(flags & SUBSCRIBER_FLAG_CONSENTED))
		return POLICY_CAP_CONSENT;
	return POLICY_CAP_NONE;
}

struct policy_case policy_case(const struct config *config, const struct policy_reach *reach,
	enum evidence evidence, uint8_t flags)
{
	const int index = find_entry(config, reach, evidence, flags);
	const enum policy_cap spared = spares(config, flags);
	struct policy_case found = {
		.entry = index,
		.wanted = ACTION_ALERT,
		.cell = {ACTION_ALERT, MODE_ENFORCE},
	};

	if (index < 0 || config->policy.entries[index].action == ACTION_ALERT)
		return found;
	found.wanted = config->policy.entries[index].action;
	found.cell.mode = (uint8_t)config->policy.entries[index].mode;
	if (spared != POLICY_CAP_NONE) {
		found.cap = spared;
	} else {
		found.cell.action = (uint8_t)action_lessen(found.wanted, reach->severity);
		if (found.cell.action != found.wanted)
			found.cap = reach->cap;
	}
	// Equal decisions are to be equal bytes.
	if (found.cell.action == ACTION_ALERT)
		found.cell.mode = MODE_ENFORCE;
	return found;
}

// Those of the first entry for each.
static void take_terms(const struct config *config, const int first[ACTION_COUNT],
	struct generation_decision *decision)
{
	const struct config_policy_entry *entries = config->policy.entries;

	if (first[ACTION_POLICE] >= 0) {
		decision->police_pps = entries[first[ACTION_POLICE]].police_pps;
		decision->police_burst = entries[first[ACTION_POLICE]].police_burst;
	}
	if (first[ACTION_RESET] >= 0)
		decision->refuse_udp = entries[first[ACTION_RESET]].refuse_udp;
	if (first[ACTION_SINKHOLE] >= 0)
		decision->sinkhole_else = (uint8_t)entries[first[ACTION_SINKHOLE]].sinkhole_else;
}

void policy_decide(const struct config *config, const struct policy_reach *reach,
	struct generation_decision *decision)
{
	int first[ACTION_COUNT] = {-1, -1, -1, -1, -1};

	*decision = (struct generation_decision){.sinkhole_else = ACTION_ALERT};
	for (unsigned evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (uint8_t flags = 0; flags < GENERATION_FLAG_SETS; flags++) {
			const struct policy_case found =
				policy_case(config, reach, (enum evidence)evidence, flags);
			int *entry = &first[found.cell.action];

			decision->cells[evidence][flags] = found.cell;
			if (*entry < 0 || found.entry < *entry)
				*entry = found.entry;
		}
	take_terms(config, first, decision);
}

struct generation_cell policy_ordinary(const struct config *config,
	const struct policy_moment *moment, const struct indicator *indicator)
{
	const struct policy_reach reach = policy_reach(config, moment, indicator);

	return policy_case(config, &reach, EVIDENCE_CONVERSED, 0).cell;
}

void policy_decide_alert(struct generation_decision *decision)
{
	*decision = (struct generation_decision){.sinkhole_else = ACTION_ALERT};
	for (unsigned evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (unsigned flags = 0; flags < GENERATION_FLAG_SETS; flags++)
			decision->cells[evidence][flags] = (struct generation_cell){
				.action = ACTION_ALERT, .mode = MODE_ENFORCE};
}

static bool reach_enforces(const struct config *config, const struct policy_reach *reach)
{
	for (enum evidence evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (uint8_t flags = 0; flags < GENERATION_FLAG_SETS; flags++)
			if (policy_case(config, reach, evidence, flags).cell.action != ACTION_ALERT)
				return true;
	return false;
}

bool policy_enforces(const struct config *config, int64_t now_s, const struct indicator *indicator)
{
	const struct policy_moment moment = {.now_s = now_s, .open = UINT64_MAX};
	struct policy_reach reach = policy_reach(config, &moment, indicator);
	uint64_t hourly = 0;

	if (reach.severity == action_severity(ACTION_ALERT))
		return false;
	for (size_t i = 0; i < config->policy.entry_count; i++)
		if (config->policy.entries[i].window.days != 0)
			hourly |= reach.entries & 1ull << i;
	reach.entries &= ~hourly;
	if (reach_enforces(config, &reach))
		return true;
	// Whichever of them decides at some hour also decides while no other is open.
	for (const uint64_t always = reach.entries; hourly != 0; hourly &= hourly - 1) {
		reach.entries = always | (hourly & -hourly);
		if (reach_enforces(config, &reach))
			return true;
	}
	return false;
}
