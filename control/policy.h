// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What may be done about an indicator: the configuration's policy, applied.
//
// Of the policy's entries the first decides of which everything fits: what lists say of the
// indicator, the hour (local time), how strong the evidence is, and what flags the subscriber has.
// If none does, the action is alert. Then the caps, each to the most severe action it allows (of
// those that end the communication, to police at the entry's rate):
//   - who opted out or is exempt is alerted of, and where consent is needed who did not give it
//   - an indicator without a port, below level 4, is alert: a whole server is only acted on where
//     somebody analysed that very server
//   - the configuration's cap for the level
//   - the entry's own max_action, the most cautious of its sources
// What is never to be blocked, and what the guard withheld, is no indicator in the first place.
//
// Pure; any thread.

#include "control/policy_reach.h"
#include "dataplane/api/generation_layout.h"

// One case of a decision, with its reasons.
struct policy_case {
	int entry;           // that decides; -1: none fits
	enum action wanted;  // by that entry
	enum policy_cap cap; // what lessened it
	struct generation_cell cell;
};

struct policy_case policy_case(const struct config *config, const struct policy_reach *reach,
	enum evidence evidence, uint8_t flags);

// All cases. Where several entries police, reset or sinkhole in different cases of one decision,
// the rate, `udp` or `sinkhole_else` of the first of them holds for all.
void policy_decide(const struct config *config, const struct policy_reach *reach,
	struct generation_decision *decision);

// The case that people have in mind: somebody without flags talks with the server.
struct generation_cell policy_ordinary(const struct config *config,
	const struct policy_moment *moment, const struct indicator *indicator);

// Whether a decision about it may come to more than alert, now or at another hour: what is enforced
// every night is not new in the evening. Its age counts as of now.
bool policy_enforces(const struct config *config, int64_t now_s, const struct indicator *indicator);

// What an entry may do that the over-block guard disarmed.
void policy_decide_alert(struct generation_decision *decision);
