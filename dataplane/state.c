// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/state.h"

#include "dataplane/cache.h"

#include <stdlib.h>
#include <string.h>

struct state {
	struct cache *contacts;
	uint64_t hz;
	struct police_rate contact_answers, worker_answers;
	struct bucket answers;
};

struct state *state_create(uint32_t limit, uint64_t hz)
{
	const struct cache_request request = {
		.limit = limit,
		.key_size = sizeof(struct ledger_key),
		.value_size = sizeof(struct contact_state),
		.timeout_ticks = hz * STATE_TIMEOUT_S,
		.hold_ticks = hz * STATE_HOLD_S,
	};
	struct state *state = calloc(1, sizeof(*state));

	if (!state)
		return NULL;
	state->contacts = cache_create(&request);
	if (!state->contacts) {
		free(state);
		return NULL;
	}
	state->hz = hz;
	state->contact_answers = police_rate_of(STATE_ANSWERS_PER_S, STATE_ANSWERS_BURST, hz);
	state->worker_answers =
		police_rate_of(STATE_WORKER_ANSWERS_PER_S, STATE_WORKER_ANSWERS_BURST, hz);
	return state;
}

void state_free(struct state *state)
{
	if (!state)
		return;
	cache_free(state->contacts);
	free(state);
}

bool state_is_needed(const struct generation_decision *decision)
{
	const struct generation_cell *first = decision->cells[0];

	if (memcmp(&decision->cells[0], &decision->cells[1],
		    (EVIDENCE_COUNT - 1) * sizeof(decision->cells[0])) != 0)
		return true;
	for (unsigned int flags = 0; flags < GENERATION_FLAG_SETS; flags++) {
		if (first[flags].action == ACTION_POLICE || first[flags].action == ACTION_RESET)
			return true;
	}
	return false;
}

struct contact_state *state_of(
	struct state *state, const struct ledger_key *key, uint64_t ticks, bool *evicted)
{
	struct contact_state *contact = cache_find(state->contacts, key, ticks);

	return contact ? contact : cache_add(state->contacts, key, ticks, evicted);
}

bool state_police(struct state *state, struct contact_state *contact,
	const struct generation_decision *decision, uint64_t ticks)
{
	const struct police_rate rate =
		police_rate_of(decision->police_pps, decision->police_burst, state->hz);

	return police_pass(&contact->police, &rate, ticks);
}

bool state_answer(struct state *state, struct contact_state *contact, uint64_t ticks)
{
	return police_pass(&contact->answers, &state->contact_answers, ticks) &&
	       police_pass(&state->answers, &state->worker_answers, ticks);
}
