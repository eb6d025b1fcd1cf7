// SPDX-License-Identifier: BSD-3-Clause
// Answers in buffers of a pool: which port they leave by, and what is counted where there are none.
#include "dataplane/answer.h"

#include "tests/burst/dpdk.h"
#include "tests/burst/frame.h"
#include "tests/burst/proof.h"

#include <rte_mbuf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BUFFERS 8
#define MTU     1500

static struct rte_mempool *pool;
static struct burst burst;
static struct counters counters;
static struct answers answers;

static int set_up(void **state)
{
	if (dpdk_start(state) != 0)
		return -1;
	pool = rte_pktmbuf_pool_create("answers", BUFFERS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	return pool ? 0 : -1;
}

static void begin(void)
{
	memset(&burst, 0, sizeof(burst));
	memset(&counters, 0, sizeof(counters));
}

static void add(const struct frame *frame)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);

	assert_non_null(mbuf);
	memcpy(rte_pktmbuf_append(mbuf, (uint16_t)frame->length), frame->bytes, frame->length);
	decode_frame(frame->bytes, frame->length, frame->length, LAYER_ETHERNET, 4,
		&burst.packets[burst.count]);
	burst.answered |= 1ull << burst.count;
	burst.frames[burst.count++] = mbuf;
}

static void make(uint16_t back, uint16_t onward)
{
	answers_make(&answers, &burst, pool, MTU, &counters);
	assert_int_equal(answers.counts[0], back);
	assert_int_equal(answers.counts[1], onward);
	for (unsigned int way = 0; way < 2; way++) {
		for (uint16_t i = 0; i < answers.counts[way]; i++) {
			struct rte_mbuf *mbuf = answers.frames[way][i];
			const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);
			struct packet packet;

			decode_frame(
				frame, mbuf->data_len, mbuf->pkt_len, LAYER_ETHERNET, 4, &packet);
			assert_null(proof_of(frame, mbuf->data_len, &packet));
			rte_pktmbuf_free(mbuf);
		}
	}
	rte_pktmbuf_free_bulk(burst.frames, burst.count);
	assert_int_equal(rte_mempool_avail_count(pool), BUFFERS);
}

static void a_segment_is_answered_both_ways_and_a_datagram_one(void **state)
{
	struct frame frame;

	(void)state;
	begin();
	frame_make_tcp(&frame, "100.64.0.7", 40000, "198.51.100.9", 6667, TCP_ACK, 10);
	add(&frame);
	frame_make_udp(&frame, "100.64.0.7", 40000, "198.51.100.9", 6667, 10);
	add(&frame);
	frame_make_tcp(&frame, "100.64.0.7", 40000, "198.51.100.9", 6667, TCP_SYN, 0);
	add(&frame);
	make(3, 1);
	assert_int_equal(counters_get(&counters, COUNTER_ANSWER_IMPOSSIBLE), 0);
	assert_int_equal(counters_get(&counters, COUNTER_INJECTED_LOST), 0);
}

static void without_buffers_there_is_no_answer(void **state)
{
	struct frame frame;

	(void)state;
	begin();
	frame_make_tcp(&frame, "100.64.0.7", 40000, "198.51.100.9", 6667, TCP_ACK, 10);
	for (int i = 0; i < 6; i++)
		add(&frame);
	make(1, 1); // two are left
	assert_int_equal(counters_get(&counters, COUNTER_INJECTED_LOST), 10);
	assert_int_equal(counters_get(&counters, COUNTER_ANSWER_IMPOSSIBLE), 0);
}

static void what_cannot_be_answered_is_counted(void **state)
{
	struct frame frame;

	(void)state;
	begin();
	frame_make_udp(&frame, "100.64.0.7", 40000, "224.0.0.9", 6667, 10);
	add(&frame);
	frame_make_tcp(&frame, "100.64.0.7", 40000, "198.51.100.9", 6667, TCP_RST, 0);
	add(&frame);
	make(0, 0);
	assert_int_equal(counters_get(&counters, COUNTER_ANSWER_IMPOSSIBLE), 2);
}

static void a_refusal_fits_the_port(void **state)
{
	struct frame frame;

	(void)state;
	begin();
	frame_make_udp(&frame, "2001:db8::7", 40000, "2400:cb00::9", 6667, 1300);
	add(&frame);
	answers_make(&answers, &burst, pool, 1000, &counters);
	assert_int_equal(answers.counts[0], 1);
	assert_int_equal(answers.frames[0][0]->pkt_len, 1014);
	rte_pktmbuf_free(answers.frames[0][0]);
	rte_pktmbuf_free(burst.frames[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_segment_is_answered_both_ways_and_a_datagram_one),
		cmocka_unit_test(without_buffers_there_is_no_answer),
		cmocka_unit_test(what_cannot_be_answered_is_counted),
		cmocka_unit_test(a_refusal_fits_the_port),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
