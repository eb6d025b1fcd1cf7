// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/answer.h"

#include "config/transport.h"
#include "dataplane/act/header.h"
#include "dataplane/act/refuse.h"
#include "dataplane/act/reset.h"

#include <rte_common.h>
#include <rte_config.h>
#include <rte_mbuf.h>

_Static_assert(RESET_SIZE <= RTE_MBUF_DEFAULT_DATAROOM, "a reset fits any buffer");

// Where in struct answers what goes that way lies.
static unsigned int way_out(enum envelope_way way)
{
	return way == ENVELOPE_BACK ? 0 : 1;
}

static size_t write(uint8_t *out, size_t room, const struct rte_mbuf *mbuf,
	const struct packet *packet, enum envelope_way way)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);
	size_t captured = rte_pktmbuf_data_len(mbuf);

	if (packet->transport == TRANSPORT_TCP)
		return reset_make(frame, captured, packet, way, out);
	return way == ENVELOPE_BACK ? refuse_make(frame, captured, packet, out, room) : 0;
}

// false: there is nothing to send that way.
static bool make(struct answers *answers, const struct burst *burst, uint32_t index,
	enum envelope_way way, struct rte_mempool *pool, uint32_t mtu, struct counters *counters)
{
	struct rte_mbuf *answer = rte_pktmbuf_alloc(pool);
	unsigned int out = way_out(way);
	size_t room, length;

	if (!answer) {
		counters_add(counters, COUNTER_INJECTED_LOST, 1);
		return true;
	}
	room = RTE_MIN((size_t)rte_pktmbuf_tailroom(answer), (size_t)mtu + HEADER_ETHERNET);
	length = write(rte_pktmbuf_mtod(answer, uint8_t *), room, burst->frames[index],
		&burst->packets[index], way);
	if (length == 0) {
		rte_pktmbuf_free(answer);
		return false;
	}
	answer->data_len = (uint16_t)length;
	answer->pkt_len = (uint32_t)length;
	answers->frames[out][answers->counts[out]++] = answer;
	return true;
}

void answers_make(struct answers *answers, const struct burst *burst, struct rte_mempool *pool,
	uint32_t mtu, struct counters *counters)
{
	answers->counts[0] = answers->counts[1] = 0;
	for (uint64_t left = burst->answered; left; left &= left - 1) {
		uint32_t index = (uint32_t)__builtin_ctzll(left);
		bool back = make(answers, burst, index, ENVELOPE_BACK, pool, mtu, counters);
		bool onward = burst->packets[index].transport == TRANSPORT_TCP &&
			      make(answers, burst, index, ENVELOPE_ONWARD, pool, mtu, counters);

		if (!back && !onward)
			counters_add(counters, COUNTER_ANSWER_IMPOSSIBLE, 1);
	}
}
