// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"
#include "tests/burst/frame.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct packet decode(const struct frame *frame, size_t length, enum layer first)
{
	struct packet packet;

	decode_frame(frame->bytes, length, length, first, DECODE_DEPTH_DEFAULT, &packet);
	return packet;
}

static void captures_begin_anywhere(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	frame_start(&frame);
	frame_ipv4(&frame, "192.0.2.7", "198.51.100.9");
	frame_udp(&frame, 1, 2);
	frame_end(&frame);
	assert_int_equal(decode(&frame, 28, LAYER_IP).destination_port, 2);
	assert_int_equal(decode(&frame, 28, LAYER_IPV4).destination_port, 2);
	frame_start(&frame);
	frame_ipv6(&frame, "2001:db8::7", "2001:db8:ffff::9");
	frame_udp(&frame, 1, 2);
	frame_end(&frame);
	assert_int_equal(decode(&frame, 48, LAYER_IP).destination_port, 2);
	frame.bytes[0] = 0x10;
	assert_int_equal(decode(&frame, 48, LAYER_IP).undecoded, COUNTER_UNDECODED_ETHERTYPE);
	assert_int_equal(decode(&frame, 0, LAYER_IP).undecoded, COUNTER_UNDECODED_TRUNCATED);
	packet = decode(&frame, 48, LAYER_UNDECODED);
	assert_int_equal(packet.undecoded, COUNTER_UNDECODED_LINK);
	assert_false(packet_has_addresses(&packet));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(captures_begin_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
