// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/sinkhole.h"

#include "tests/unit/made.h"

#define BOT "100.64.0.7"
#define CC  "198.51.100.9"
#define HZ  1000

static const uint8_t far[6] = {2, 0, 0, 0, 0, 3}, near[6] = {2, 0, 0, 0, 0, 4};

static void make_up(struct frame *frame, uint16_t vlan, uint16_t session, size_t payload)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_vlan(frame, 0x88a8, 300);
	frame_vlan(frame, 0x8100, vlan);
	frame_pppoe(frame, session);
	frame_ipv4(frame, BOT, CC);
	frame_tcp(frame, 40000, 6667, TCP_SYN);
	frame_payload(frame, payload);
	frame_end(frame);
}

static bool remember(
	struct sinkhole *sinkhole, uint16_t link, const struct frame *frame, uint64_t ticks)
{
	struct packet packet = decoded(frame);

	return sinkhole_remember(sinkhole, link, frame->bytes, frame->length, &packet, ticks);
}

static const struct envelope *way_back(
	struct sinkhole *sinkhole, uint16_t link, const struct frame *frame, uint64_t ticks)
{
	struct packet packet = decoded(frame);

	return sinkhole_way_back(sinkhole, link, &packet, ticks);
}

static void the_sinkhole_gets_the_packet_bare(void **state)
{
	struct packet packet, bare;
	struct frame frame, plain;
	size_t begin, length, inner;

	(void)state;
	for (size_t payload = 0; payload < 100; payload += 50) {
		make_up(&frame, 100, 7, payload);
		frame_pad(&frame, 3);
		packet = decoded(&frame);
		inner = 40 + payload;
		frame_start(&plain);
		frame_bytes(&plain, &frame.bytes[packet.l3_offset], inner);
		begin = sinkhole_bare(frame.bytes, frame.length, &packet, far, near, &length);
		assert_true(begin + length <= frame.length);
		assert_true(length >= 14 + inner);
		assert_memory_equal(&frame.bytes[begin], far, 6);
		assert_memory_equal(&frame.bytes[begin + 6], near, 6);
		assert_memory_equal(&frame.bytes[begin + 14], plain.bytes, inner);
		memmove(frame.bytes, &frame.bytes[begin], length);
		frame.length = length;
		bare = decoded(&frame);
		assert_int_equal(bare.encapsulation_count, 0);
		assert_address(&bare.destination, CC);
		assert_int_equal(bare.destination_port, 6667);
		assert_int_equal(bare.payload_length, payload);
	}
}

static void the_answer_finds_its_way_back(void **state)
{
	struct sinkhole *sinkhole = sinkhole_create(64, HZ);
	const struct envelope *envelope;
	struct frame up, reply;
	struct packet sent;
	struct made made = {0};

	(void)state;
	make_up(&up, 100, 7, 0);
	sent = decoded(&up);
	assert_true(remember(sinkhole, 0, &up, 1));
	frame_make_tcp(&reply, CC, 6667, BOT, 40000, TCP_SYN | TCP_ACK, 0);
	envelope = way_back(sinkhole, 0, &reply, 2);
	assert_non_null(envelope);
	assert_int_equal(envelope->payload, 14 + 8);
	made.frame.length = envelope->length + 40u;
	memcpy(&made.frame.bytes[envelope->length], &reply.bytes[14], 40);
	envelope_put(envelope, made.frame.bytes, 40);
	made.packet = decoded(&made.frame);
	assert_pair(&made, CC, 6667, BOT, 40000);
	assert_int_equal(made.packet.encapsulation_count, 3);
	assert_int_equal(made.packet.encapsulations[1].id, 100);
	assert_int_equal(made.packet.encapsulations[2].id, 7);
	assert_memory_equal(made.frame.bytes, &up.bytes[6], 6);
	assert_int_equal(sent.l3_offset, made.packet.l3_offset);
	sinkhole_free(sinkhole);
}

static void who_was_not_asked_has_no_way_back(void **state)
{
	struct sinkhole *sinkhole = sinkhole_create(64, HZ);
	struct frame up, reply;

	(void)state;
	make_up(&up, 100, 7, 0);
	assert_true(remember(sinkhole, 0, &up, 1));
	frame_make_tcp(&reply, CC, 6667, BOT, 40000, TCP_ACK, 0);
	assert_null(way_back(sinkhole, 1, &reply, 2));
	frame_ipv4_fragment(&reply, 0x2000);
	assert_null(way_back(sinkhole, 0, &reply, 2));
	frame_make_tcp(&reply, CC, 6667, BOT, 40001, TCP_ACK, 0);
	assert_null(way_back(sinkhole, 0, &reply, 2));
	frame_make_tcp(&reply, CC, 6668, BOT, 40000, TCP_ACK, 0);
	assert_null(way_back(sinkhole, 0, &reply, 2));
	frame_make_udp(&reply, CC, 6667, BOT, 40000, 20);
	assert_null(way_back(sinkhole, 0, &reply, 2));
	frame_make_tcp(&reply, BOT, 40000, CC, 6667, TCP_ACK, 0);
	assert_null(way_back(sinkhole, 0, &reply, 2));
	frame_make_tcp(&reply, CC, 6667, BOT, 40000, TCP_ACK, 0);
	assert_non_null(way_back(sinkhole, 0, &reply, 2));
	assert_null(way_back(sinkhole, 0, &reply, 3 + (uint64_t)HZ * SINKHOLE_TIMEOUT_S));
	sinkhole_free(sinkhole);
}

static void two_of_one_address_do_not_meet(void **state)
{
	struct sinkhole *sinkhole = sinkhole_create(64, HZ);
	struct frame up;

	(void)state;
	make_up(&up, 100, 7, 0);
	assert_true(remember(sinkhole, 0, &up, 1));
	make_up(&up, 100, 7, 500); // the same, longer
	assert_true(remember(sinkhole, 0, &up, 1));
	make_up(&up, 101, 7, 0);
	assert_false(remember(sinkhole, 0, &up, 1));
	make_up(&up, 100, 8, 0);
	assert_false(remember(sinkhole, 0, &up, 1));
	assert_true(remember(sinkhole, 1, &up, 1));
	sinkhole_free(sinkhole);
}

static void what_has_no_way_back_does_not_go(void **state)
{
	struct sinkhole *sinkhole = sinkhole_create(64, HZ);
	struct frame up;

	(void)state;
	frame_start(&up);
	frame_ethernet(&up);
	frame_mpls(&up, 1000, true);
	frame_ipv4(&up, BOT, CC);
	frame_tcp(&up, 40000, 6667, TCP_SYN);
	frame_end(&up);
	assert_false(remember(sinkhole, 0, &up, 1));
	frame_start(&up);
	frame_ethernet(&up);
	frame_ipv4(&up, BOT, CC);
	frame_icmp(&up, IPPROTO_ICMP, 8);
	frame_end(&up);
	assert_false(remember(sinkhole, 0, &up, 1));
	frame_make_tcp(&up, BOT, 40000, CC, 6667, TCP_ACK, 30);
	frame_ipv4_fragment(&up, 0x2000);
	assert_false(remember(sinkhole, 0, &up, 1));
	sinkhole_free(sinkhole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sinkhole_gets_the_packet_bare),
		cmocka_unit_test(the_answer_finds_its_way_back),
		cmocka_unit_test(who_was_not_asked_has_no_way_back),
		cmocka_unit_test(two_of_one_address_do_not_meet),
		cmocka_unit_test(what_has_no_way_back_does_not_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
