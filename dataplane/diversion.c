// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/diversion.h"

#include "dataplane/act/header.h"
#include "dataplane/act/pulse.h"
#include "dataplane/decode/decode.h"

#include <rte_config.h>
#include <rte_mbuf.h>

void diversion_hand_over(
	struct rte_mbuf *mbuf, const struct packet *packet, const struct link *link)
{
	size_t length, begin;

	begin = sinkhole_bare(rte_pktmbuf_mtod(mbuf, uint8_t *), rte_pktmbuf_data_len(mbuf), packet,
		link->sinkhole_mac, link->sinkhole_port_mac, &length);
	rte_pktmbuf_adj(mbuf, (uint16_t)begin);
	rte_pktmbuf_trim(mbuf, (uint16_t)(rte_pktmbuf_data_len(mbuf) - length));
}

// 0, or why not.
static enum counter wrap(struct rte_mbuf *mbuf, const struct packet *packet,
	const struct envelope *way_back, uint32_t mtu)
{
	uint8_t *frame = rte_pktmbuf_mtod(mbuf, uint8_t *);
	size_t captured = rte_pktmbuf_data_len(mbuf);
	size_t inner = envelope_inner_length(frame, captured, packet);
	size_t added = way_back->length - (size_t)HEADER_ETHERNET;

	if (inner == 0)
		return COUNTER_DROPPED_SINKHOLE_UNKNOWN;
	if (way_back->length - way_back->payload + inner > mtu)
		return COUNTER_DROPPED_SINKHOLE_MTU;
	rte_pktmbuf_trim(mbuf, (uint16_t)(captured - HEADER_ETHERNET - inner));
	frame = (uint8_t *)rte_pktmbuf_prepend(mbuf, (uint16_t)added);
	if (!frame)
		return COUNTER_DROPPED_SINKHOLE_MTU;
	envelope_put(way_back, frame, inner);
	return 0;
}

uint16_t diversion_take_back(struct burst *burst, struct sinkhole *sinkhole,
	const struct link *link, struct pulse *pulse, struct counters *counters)
{
	struct rte_mbuf *lost[BURST_MAX];
	uint16_t kept = 0, lost_count = 0;

	counters_add(counters, COUNTER_RECEIVED, burst->count);
	for (uint16_t i = 0; i < burst->count; i++) {
		struct rte_mbuf *mbuf = burst->frames[i];
		struct packet *packet = &burst->packets[i];
		const struct envelope *way_back;
		enum counter reason = COUNTER_DROPPED_SINKHOLE_UNKNOWN;

		counters_add(counters, COUNTER_RECEIVED_BYTES, rte_pktmbuf_pkt_len(mbuf));
		decode_frame(rte_pktmbuf_mtod(mbuf, const uint8_t *), rte_pktmbuf_data_len(mbuf),
			rte_pktmbuf_pkt_len(mbuf), LAYER_ETHERNET, 1, packet);
		if (packet->undecoded)
			counters_add(counters, (enum counter)packet->undecoded, 1);
		way_back = sinkhole_way_back(sinkhole, burst->link, packet, burst->ticks[i]);
		if (way_back) {
			pulse_answered(pulse);
			reason = wrap(mbuf, packet, way_back, link->ports[DIRECTION_UP].mtu);
		}
		if (reason == 0) {
			burst->frames[kept++] = mbuf;
			continue;
		}
		counters_add(counters, reason, 1);
		lost[lost_count++] = mbuf;
	}
	for (uint16_t i = 0; i < lost_count; i++)
		burst->frames[kept + i] = lost[i];
	return kept;
}
