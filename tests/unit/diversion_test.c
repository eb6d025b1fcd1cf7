// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/diversion.h"

#include "dataplane/act/pulse.h"
#include "tests/burst/dpdk.h"
#include "tests/unit/decoded.h"

#include <rte_mbuf.h>

#define BOT "100.64.0.7"
#define CC  "198.51.100.9"
#define MTU 1500

static struct rte_mempool *pool;
static struct link link = {.sinkhole_mac = {2, 0, 0, 0, 0, 3}, .sinkhole_port_mac = {2, [5] = 4}};
static struct burst burst;
static struct counters counters;
static struct sinkhole *sinkhole;

static int set_up(void **state)
{
	if (dpdk_start(state) != 0)
		return -1;
	link.ports[DIRECTION_UP].mtu = MTU;
	sinkhole = sinkhole_create(64, 1000);
	pool = rte_pktmbuf_pool_create("frames", 63, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	return pool && sinkhole ? 0 : -1;
}

static struct rte_mbuf *mbuf_of(const struct frame *frame)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);

	assert_non_null(mbuf);
	memcpy(rte_pktmbuf_append(mbuf, (uint16_t)frame->length), frame->bytes, frame->length);
	return mbuf;
}

static void begin(void)
{
	memset(&burst, 0, sizeof(burst));
	memset(&counters, 0, sizeof(counters));
}

static void add(const struct frame *frame)
{
	burst.frames[burst.count++] = mbuf_of(frame);
}

static struct packet decoded_mbuf(const struct rte_mbuf *mbuf)
{
	struct frame frame;

	frame.length = rte_pktmbuf_data_len(mbuf);
	memcpy(frame.bytes, rte_pktmbuf_mtod(mbuf, const void *), frame.length);
	return decoded(&frame);
}

static void make_up(struct frame *frame, size_t payload)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_vlan(frame, 0x88a8, 300);
	frame_vlan(frame, 0x8100, 100);
	frame_pppoe(frame, 7);
	frame_ipv4(frame, BOT, CC);
	frame_tcp(frame, 40000, 6667, TCP_SYN);
	frame_payload(frame, payload);
	frame_end(frame);
}

static void remember(const struct frame *up)
{
	struct packet packet = decoded(up);

	assert_true(sinkhole_remember(sinkhole, 0, up->bytes, up->length, &packet, 1));
}

static void a_frame_is_handed_over_bare(void **state)
{
	struct rte_mbuf *mbuf;
	struct packet packet;
	struct frame up;

	(void)state;
	make_up(&up, 200);
	packet = decoded(&up);
	mbuf = mbuf_of(&up);
	diversion_hand_over(mbuf, &packet, &link);
	assert_int_equal(rte_pktmbuf_pkt_len(mbuf), 14 + 40 + 200);
	assert_memory_equal(rte_pktmbuf_mtod(mbuf, const uint8_t *), link.sinkhole_mac, 6);
	packet = decoded_mbuf(mbuf);
	assert_address(&packet.destination, CC);
	assert_int_equal(packet.encapsulation_count, 0);
	rte_pktmbuf_free(mbuf);
}

static void answers_come_back_and_nothing_else(void **state)
{
	struct pulse pulse = {.asked_ticks = 1};
	struct packet packet;
	struct frame up, reply, other;
	uint16_t kept;

	(void)state;
	make_up(&up, 0);
	remember(&up);
	begin();
	frame_make_tcp(&other, CC, 6667, "100.64.0.8", 40000, TCP_ACK, 10);
	add(&other);
	frame_make_tcp(&reply, CC, 6667, BOT, 40000, TCP_SYN | TCP_ACK, 0);
	frame_pad(&reply, 6);
	add(&reply);
	frame_start(&other);
	frame_ethernet(&other);
	frame_ethertype(&other, 0x0806);
	frame_payload(&other, 46);
	add(&other);
	// Exactly the MTU with PPPoE around it, and a byte more.
	frame_make_tcp(&reply, CC, 6667, BOT, 40000, TCP_ACK, MTU - 8 - 40);
	add(&reply);
	frame_make_tcp(&reply, CC, 6667, BOT, 40000, TCP_ACK, MTU - 8 - 40 + 1);
	add(&reply);
	kept = diversion_take_back(&burst, sinkhole, &link, &pulse, &counters);
	assert_int_equal(kept, 2);
	assert_int_equal(pulse.asked_ticks, 0);
	packet = decoded_mbuf(burst.frames[0]);
	assert_address(&packet.destination, BOT);
	assert_int_equal(packet.tcp_flags, TCP_SYN | TCP_ACK);
	assert_int_equal(packet.encapsulation_count, 3);
	assert_int_equal(packet.encapsulations[2].id, 7);
	assert_int_equal(rte_pktmbuf_pkt_len(burst.frames[0]), 14 + 8 + 8 + 40);
	assert_int_equal(rte_pktmbuf_pkt_len(burst.frames[1]), 14 + 8 + MTU);
	assert_int_equal(counters_get(&counters, COUNTER_RECEIVED), 5);
	assert_int_equal(counters_get(&counters, COUNTER_DROPPED_SINKHOLE_UNKNOWN), 2);
	assert_int_equal(counters_get(&counters, COUNTER_DROPPED_SINKHOLE_MTU), 1);
	assert_int_equal(counters_get(&counters, COUNTER_UNDECODED_CONTROL), 1);
	rte_pktmbuf_free_bulk(burst.frames, burst.count);
	assert_int_equal(rte_mempool_avail_count(pool), 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_is_handed_over_bare),
		cmocka_unit_test(answers_come_back_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
