// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/deed.h"

#include "config/transport.h"
#include "dataplane/act/pulse.h"
#include "dataplane/act/sinkhole.h"
#include "dataplane/api/evidence.h"
#include "dataplane/state.h"

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

// What every step needs of the packet at hand.
struct deed_context {
	const struct pipeline *pipeline;
	struct burst *burst;
	uint32_t index;
	const struct packet *packet;
	const struct generation_decision *decision;
	struct contact_state *contact; // NULL: the decision needs none, or it is no contact
	bool innermost;                // the contact is of the innermost pair
	struct counters *counters;
};

// false: there is no room for it.
static bool remember(struct deed_context *context, const struct finding *finding)
{
	bool evicted = false;

	if (likely(finding->kind != FINDING_MATCHED || !state_is_needed(context->decision)))
		return true;
	context->contact = state_of(context->pipeline->state, &finding->key,
		context->burst->ticks[context->index], &evicted);
	if (evicted)
		counters_add(context->counters, COUNTER_STATE_EVICTED, 1);
	if (!context->contact)
		counters_add(context->counters, COUNTER_STATE_FULL, 1);
	return context->contact != NULL;
}

static struct deed drop(
	const struct deed_context *context, enum action action, bool apply, enum counter reason)
{
	counters_add(context->counters, apply ? reason : COUNTER_WOULD_DROP, 1);
	return (struct deed){action, apply ? VERDICT_DROP : VERDICT_FORWARD, apply};
}

static struct deed police(const struct deed_context *context, bool apply)
{
	// What is no contact has no bucket.
	if (!context->contact || state_police(context->pipeline->state, context->contact,
					 context->decision, context->burst->ticks[context->index]))
		return (struct deed){ACTION_POLICE, VERDICT_FORWARD, apply};
	return drop(context, ACTION_POLICE, apply, COUNTER_DROPPED_POLICED);
}

// Not a tunnel that is the contact itself: its inside is somebody else's.
static bool is_innermost(const struct deed_context *context, const struct finding *finding)
{
	return address_compare(&finding->key.address,
		       finding_address(context->packet, context->burst->direction)) == 0 &&
	       finding->key.transport == context->packet->transport;
}

static bool wants_answer(const struct deed_context *context)
{
	const struct packet *packet = context->packet;

	if (packet->transport == TRANSPORT_TCP)
		return !(packet->tcp_flags & TCP_RST);
	return context->decision->refuse_udp && context->burst->direction == DIRECTION_UP;
}

static struct deed reset(const struct deed_context *context, bool apply)
{
	struct deed deed = drop(context, ACTION_RESET, apply, COUNTER_DROPPED_VERDICT);

	if (!apply)
		return deed;
	deed.verdict = VERDICT_RESET;
	if (!context->contact || !context->innermost || !wants_answer(context))
		return deed;
	if (state_answer(context->pipeline->state, context->contact,
		    context->burst->ticks[context->index]))
		context->burst->answered |= 1ull << context->index;
	else
		counters_add(context->counters, COUNTER_ANSWER_LIMITED, 1);
	return deed;
}

// Only a SYN calls for an answer for certain.
static bool is_question(const struct packet *packet)
{
	return packet->transport == TRANSPORT_TCP &&
	       (packet->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static bool gate_is_open(const struct deed_context *context)
{
	const struct sinkhole_gate *gate = &context->pipeline->gate;
	uint64_t now = context->burst->ticks[context->index];

	if (!gate->there || !gate->pulse)
		return gate->there;
	return is_question(context->packet)
		       ? pulse_may_ask(gate->pulse, gate->timeout_ticks, now)
		       : !pulse_is_silent(gate->pulse, gate->timeout_ticks, now);
}

// The flow is, or becomes, the sinkhole's.
static bool is_sinkholes(const struct deed_context *context)
{
	const struct burst *burst = context->burst;
	struct sinkhole *sinkhole = context->pipeline->sinkhole;
	const struct rte_mbuf *mbuf = burst->frames[context->index];
	uint64_t now = burst->ticks[context->index];

	if (!sinkhole)
		return true;
	if (burst->direction == DIRECTION_DOWN)
		return sinkhole_knows(sinkhole, burst->link, context->packet, now);
	return sinkhole_remember(sinkhole, burst->link, rte_pktmbuf_mtod(mbuf, const uint8_t *),
		rte_pktmbuf_data_len(mbuf), context->packet, now);
}

static struct deed sinkhole(const struct deed_context *context, bool apply)
{
	struct pulse *pulse = context->pipeline->gate.pulse;

	if (!apply)
		return drop(context, ACTION_SINKHOLE, false, COUNTER_DROPPED_VERDICT);
	if (!context->innermost || !gate_is_open(context) || !is_sinkholes(context)) {
		counters_add(context->counters, COUNTER_SINKHOLE_ELSE, 1);
		if (context->decision->sinkhole_else != ACTION_DROP)
			return (struct deed){ACTION_ALERT, VERDICT_FORWARD, false};
		return drop(context, ACTION_DROP, true, COUNTER_DROPPED_VERDICT);
	}
	if (context->burst->direction == DIRECTION_DOWN)
		return drop(context, ACTION_SINKHOLE, true, COUNTER_DROPPED_VERDICT);
	if (pulse && is_question(context->packet))
		pulse_asked(pulse, context->burst->ticks[context->index]);
	return (struct deed){ACTION_SINKHOLE, VERDICT_SINKHOLE, true};
}

// As the mode has it, but alert if the rule is disarmed.
static struct judgement judge(
	const struct deed_context *context, const struct finding *finding, enum evidence evidence)
{
	const struct pipeline *pipeline = context->pipeline;
	const struct judgement judgement =
		verdict_judge(context->decision, evidence, finding->flags, pipeline->mode);

	if (likely(!generation_is_disarmed(pipeline->generation, finding->rule)))
		return judgement;
	if (judgement.action != ACTION_ALERT)
		counters_add(context->counters, COUNTER_DISARMED, 1);
	return verdict_judge(context->decision, evidence, finding->flags, MODE_ALERT);
}

struct deed deed_of(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct finding *finding, uint8_t seen, struct counters *counters)
{
	struct deed_context context = {
		.pipeline = pipeline,
		.burst = burst,
		.index = index,
		.packet = &burst->packets[index],
		.decision = generation_decision(pipeline->generation, finding->decision),
		.counters = counters,
	};
	struct judgement judgement;

	context.innermost = is_innermost(&context, finding);
	if (unlikely(!remember(&context, finding)))
		return (struct deed){ACTION_ALERT, VERDICT_FORWARD, false};
	if (context.contact)
		seen = context.contact->seen |= seen;
	judgement = judge(&context, finding, evidence_of(seen));
	switch (judgement.action) {
	case ACTION_ALERT:
		break;
	case ACTION_POLICE:
		return police(&context, judgement.apply);
	case ACTION_DROP:
		return drop(&context, ACTION_DROP, judgement.apply, COUNTER_DROPPED_VERDICT);
	case ACTION_RESET:
		return reset(&context, judgement.apply);
	case ACTION_SINKHOLE:
		// A part of a datagram is no contact of its own and finds no way back.
		return sinkhole(&context, judgement.apply);
	}
	return (struct deed){ACTION_ALERT, VERDICT_FORWARD, false};
}
