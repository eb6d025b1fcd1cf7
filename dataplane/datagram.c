// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/datagram.h"

#include "dataplane/fragment.h"
#include "dataplane/pair.h"

static uint16_t min16(uint16_t a, uint16_t b)
{
	return a < b ? a : b;
}

static uint16_t max16(uint16_t a, uint16_t b)
{
	return a > b ? a : b;
}

// What every step needs of the packet at hand.
struct part_context {
	const struct pipeline *pipeline;
	const struct packet *packet;
	struct counters *counters;
	uint64_t generation;
	uint64_t ticks;
	const struct burst *burst;
};

static struct fragment_memory *find(
	const struct part_context *context, const struct fragment_part *part)
{
	return fragments_find(
		context->pipeline->fragments, part, context->generation, context->ticks);
}

static struct fragment_memory *add(
	const struct part_context *context, const struct fragment_part *part)
{
	bool evicted = false;
	struct fragment_memory *memory = fragments_add(
		context->pipeline->fragments, part, context->generation, context->ticks, &evicted);

	if (evicted)
		counters_add(context->counters, COUNTER_FRAGMENT_EVICTED, 1);
	return memory;
}

// A tunnel lies between the part and the innermost packet.
static bool carries_tunnel(const struct packet *packet, const struct fragment_part *part)
{
	return packet->outer_count > 0 &&
	       (address_compare(&packet->source, &part->source) ||
		       address_compare(&packet->destination, &part->destination));
}

static struct findings judge_first(const struct part_context *context,
	const struct fragment_part *part, const struct listed *listed)
{
	const struct packet *packet = context->packet;
	struct findings findings = pair_find(context->pipeline, context->burst, packet, listed);
	const struct fragment_memory *memory = find(context, part);

	if (memory && memory->beginning < part->header && findings.strictest.kind != FINDING_BENIGN)
		findings.own = findings.strictest;
	return findings;
}

static struct finding judge_later(const struct part_context *context, struct packet *packet,
	const struct fragment_part *part, const struct listed *listed)
{
	struct fragment_memory *memory = find(context, part);
	bool understood = !packet_is_tunnel_fragment(packet);
	struct finding finding;

	if (memory)
		memory->beginning = min16(memory->beginning, part->offset);
	if (!memory || memory->head == 0) {
		finding = pair_find(context->pipeline, context->burst, packet, listed).own;
		// For the first, should it reach beyond here.
		if (!memory && listed)
			add(context, part)->beginning = part->offset;
	} else if (part->offset >= memory->head) {
		finding = memory->finding;
		understood = memory->understood;
	} else {
		// A tunnel with nothing listed inside may have something else inside now.
		finding = memory->strictest;
		understood = finding.kind != FINDING_BENIGN;
		if (!understood)
			finding = memory->finding;
	}
	if (!understood) {
		packet->undecoded = COUNTER_UNDECODED_FRAGMENT;
		counters_add(context->counters, COUNTER_UNDECODED_FRAGMENT, 1);
	}
	return finding;
}

static void remember(const struct part_context *context, const struct fragment_part *part,
	const struct findings *findings, bool tunnel)
{
	struct fragment_memory *before = find(context, part), *memory;
	// Told from "no first yet", even if nothing of the first was needed.
	uint16_t head = max16(part->header, 1), beginning = UINT16_MAX;

	// A benign one without a tunnel needs no memory, and one that was not understood lends its
	// later ones no understanding.
	if (findings->own.kind == FINDING_BENIGN && (!tunnel || context->packet->undecoded)) {
		if (before)
			fragments_forget(context->pipeline->fragments, before);
		return;
	}
	if (before) {
		head = max16(head, before->head);
		beginning = before->beginning;
	}
	memory = add(context, part);
	*memory = (struct fragment_memory){
		.finding = findings->own,
		.strictest = findings->strictest,
		.head = head,
		.beginning = beginning,
		.understood = !context->packet->undecoded,
	};
}

void datagram_judge(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct listed *listed, struct counters *counters)
{
	struct packet *packet = &burst->packets[index];
	const struct fragment_part *outermost = &packet->fragments[0];
	const struct fragment_part *innermost = &packet->fragments[packet->fragment_count - 1];
	const struct part_context context = {
		.pipeline = pipeline,
		.packet = packet,
		.counters = counters,
		.generation =
			pipeline->generation ? generation_header(pipeline->generation)->number : 0,
		.ticks = burst->ticks[index],
		.burst = burst,
	};
	struct findings findings = {.own = {.kind = FINDING_BENIGN}};

	if (innermost->offset > 0) {
		findings.own = judge_later(&context, packet, innermost, listed);
	} else {
		findings = judge_first(&context, innermost, listed);
		remember(&context, innermost, &findings, carries_tunnel(packet, innermost));
	}
	if (outermost != innermost)
		remember(&context, outermost, &findings, true);
	finding_apply(pipeline, burst, index, &findings.own, counters);
}
