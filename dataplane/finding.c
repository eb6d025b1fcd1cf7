// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/finding.h"

#include "config/transport.h"
#include "dataplane/api/evidence.h"
#include "dataplane/deed.h"

#include <netinet/in.h>
#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_mbuf.h>

static struct finding finding_noted(const struct address *address, enum counter note)
{
	return (struct finding){
		.key = {.address = *address},
		.kind = FINDING_NOTED,
		.note = (uint8_t)note,
	};
}

// Fills in who it is; turns a finding of nobody's packet, or of one who opted out, into a note.
static void find_subscriber(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, struct finding *finding)
{
	struct subscriber subscriber;
	enum counter reason = subscriber_find(
		pipeline->subscribers, burst->link, packet, burst->direction, &subscriber);

	if (reason == 0) {
		finding->key.subscriber = subscriber.key;
		finding->flags = generation_subscriber_flags(pipeline->generation,
			subscriber.key.kind, &subscriber.address, subscriber.port);
		if (finding->flags & SUBSCRIBER_FLAG_OPT_OUT)
			reason = COUNTER_OPTED_OUT;
		finding->flags |= cohort_flag(
			cohort_of_packet(&generation_header(pipeline->generation)->cohort,
				&subscriber.key, finding->flags));
	}
	if (reason != 0)
		*finding = finding_noted(finding_address(packet, burst->direction), reason);
}

// Every byte of the frame is there, in however many buffers.
static bool frame_is_whole(const struct rte_mbuf *frame)
{
	uint64_t there = frame->data_len;

	for (const struct rte_mbuf *buffer = frame->next; buffer; buffer = buffer->next)
		there += buffer->data_len;
	return there >= frame->pkt_len;
}

static bool transport_has_ports(uint8_t transport)
{
	switch (transport) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
	case IPPROTO_UDPLITE:
		return true;
	default:
		return false;
	}
}

static struct finding finding_by_ports(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed)
{
	enum direction direction = burst->direction;
	const struct address *address = finding_address(packet, direction);
	// A later fragment has port 0, which only rules for any port fit.
	uint16_t port = direction == DIRECTION_UP ? packet->destination_port : packet->source_port;
	const struct generation_service *rule = listed_match(listed, packet->transport, port);
	struct finding finding;

	if (!rule)
		return finding_noted(address, packet->fragment == FRAGMENT_LATER
						      ? COUNTER_FRAGMENT_EARLY
						      : COUNTER_OTHER_PORT);
	finding = (struct finding){
		.key =
			{
				.address = *address,
				.port = rule->port,
				.transport = packet->transport,
				.rule_transport = rule->transport,
			},
		.rule = generation_rule(pipeline->generation, rule),
		.seen_port = port,
		.kind = FINDING_MATCHED,
		.level = rule->level,
		.decision = rule->decision,
	};
	find_subscriber(pipeline, burst, packet, &finding);
	return finding;
}

bool finding_ports_hidden(const struct packet *packet, const struct rte_mbuf *frame)
{
	switch (packet->undecoded) {
	case COUNTER_UNDECODED_EXTENSION:
		return true;
	case COUNTER_UNDECODED_TRUNCATED:
		// Of a tunnel that is cut the ports are known, or it has none.
		return packet->has_addresses && !packet->source_port && !packet->destination_port &&
		       !protocol_is_tunnel(packet->transport) && frame_is_whole(frame);
	default:
		return false;
	}
}

// Where the headers end at an extension header, it could have led to any transport.
static uint8_t transport_that_fits(const struct packet *packet)
{
	return transport_has_ports(packet->transport) ? packet->transport : TRANSPORT_ANY;
}

struct finding finding_of(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed)
{
	struct finding finding;

	if (unlikely(packet->ports_missing || packet->ports_hidden)) {
		finding = finding_strictest(pipeline, burst, packet, listed,
			transport_that_fits(packet),
			packet->ports_missing ? COUNTER_FRAGMENT_SHORT : COUNTER_HEADERS_HIDDEN);
		if (finding.kind != FINDING_BENIGN)
			return finding;
	}
	return finding_by_ports(pipeline, burst, packet, listed);
}

struct finding finding_strictest(const struct pipeline *pipeline, const struct burst *burst,
	const struct packet *packet, const struct listed *listed, uint8_t transport,
	enum counter note)
{
	const struct generation_service *rule =
		listed_strictest(pipeline->generation, listed, transport);
	struct finding finding;

	if (!rule)
		return (struct finding){.kind = FINDING_BENIGN};
	finding = finding_noted(finding_address(packet, burst->direction), note);
	finding.kind = FINDING_STRICT;
	finding.rule = generation_rule(pipeline->generation, rule);
	finding.level = rule->level;
	finding.decision = rule->decision;
	find_subscriber(pipeline, burst, packet, &finding);
	return finding;
}

static uint8_t seen_flags(const struct packet *packet, enum direction direction, bool tcp)
{
	uint8_t seen = 0;

	if (direction == DIRECTION_UP)
		return packet->payload_length ? SEEN_UP | SEEN_UP_PAYLOAD : SEEN_UP;
	if (packet->payload_length)
		seen |= SEEN_DOWN_PAYLOAD;
	if (!tcp || !(packet->tcp_flags & TCP_RST) || packet->payload_length)
		seen |= SEEN_DOWN;
	if (tcp && (packet->tcp_flags & (TCP_ACK | TCP_RST)) == TCP_ACK)
		seen |= SEEN_DOWN_REPLY;
	return seen;
}

// false: no room.
static bool record(struct ledger *ledger, const struct burst *burst, uint32_t index, uint8_t seen,
	const struct finding *finding, const struct deed *deed)
{
	uint64_t ticks = burst->ticks[index], bytes = rte_pktmbuf_pkt_len(burst->frames[index]);
	struct ledger_entry *entry = ledger_find_or_add(ledger, &finding->key);

	if (!entry)
		return false;
	if (!entry->packets_up && !entry->packets_down) {
		entry->first_ticks = entry->last_ticks = ticks;
		entry->seen_port = finding->seen_port;
	}
	// Captures are not always in order of time.
	entry->first_ticks = RTE_MIN(entry->first_ticks, ticks);
	entry->last_ticks = RTE_MAX(entry->last_ticks, ticks);
	if (burst->direction == DIRECTION_UP) {
		entry->packets_up++;
		entry->bytes_up += bytes;
	} else {
		entry->packets_down++;
		entry->bytes_down += bytes;
	}
	entry->seen |= seen;
	entry->level = finding->level;
	entry->link = (uint8_t)burst->link;
	entry->verdict = (uint8_t)deed->action;
	entry->applied = deed->applied;
	entry->packets_dropped += verdict_holds_back(deed->verdict);
	return true;
}

void finding_apply(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct finding *finding, struct counters *counters)
{
	const struct packet *packet = &burst->packets[index];
	struct deed deed;
	uint8_t seen;

	if (finding->kind == FINDING_BENIGN)
		return;
	if (finding->kind != FINDING_MATCHED)
		counters_add(counters, (enum counter)finding->note, 1);
	if (finding->kind == FINDING_NOTED)
		return;
	seen = seen_flags(packet, burst->direction, finding->key.transport == TRANSPORT_TCP);
	deed = deed_of(pipeline, burst, index, finding, seen, counters);
	burst->verdicts[index] = deed.verdict;
	burst->judged |= 1ull << index;
	if (finding->kind == FINDING_STRICT)
		return;
	counters_add(counters, COUNTER_MATCHED, 1);
	counters_add(counters, COUNTER_MATCHED_BYTES, rte_pktmbuf_pkt_len(burst->frames[index]));
	if (!record(pipeline->ledger, burst, index, seen, finding, &deed))
		counters_add(counters, COUNTER_CONTACT_TABLE_FULL, 1);
}
