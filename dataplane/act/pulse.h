// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether somebody who is asked still answers.
//
// Told by the traffic itself: who has not answered anything for `timeout` since the oldest question
// left open is silent. A silent one is asked again once in `timeout`, and with the first answer it
// is back. What needs no answer must not be called a question.
//
// One worker writes, with relaxed stores; anybody may ask pulse_is_silent.

#include <stdbool.h>
#include <stdint.h>

struct pulse {
	uint64_t asked_ticks; // the oldest question since the last answer; 0: none is open
	uint64_t tried_ticks; // the last question
};

static inline bool pulse_is_silent(const struct pulse *pulse, uint64_t timeout_ticks, uint64_t now)
{
	uint64_t asked = __atomic_load_n(&pulse->asked_ticks, __ATOMIC_RELAXED);

	return asked != 0 && now > asked && now - asked > timeout_ticks;
}

// Whether a question may be sent now: it answers, or it is time to see whether it does again.
static inline bool pulse_may_ask(const struct pulse *pulse, uint64_t timeout_ticks, uint64_t now)
{
	return !pulse_is_silent(pulse, timeout_ticks, now) ||
	       (now > pulse->tried_ticks && now - pulse->tried_ticks > timeout_ticks);
}

static inline void pulse_asked(struct pulse *pulse, uint64_t now)
{
	pulse->tried_ticks = now;
	if (pulse->asked_ticks == 0)
		__atomic_store_n(&pulse->asked_ticks, now, __ATOMIC_RELAXED);
}

static inline void pulse_answered(struct pulse *pulse)
{
	if (pulse->asked_ticks != 0)
		__atomic_store_n(&pulse->asked_ticks, 0, __ATOMIC_RELAXED);
}
