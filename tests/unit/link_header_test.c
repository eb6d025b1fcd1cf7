// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/link_header.h"

#include <pcap/pcap.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Over memory of exactly that size, so that a sanitizer sees a byte too many.
static struct link_header parse(int link_type, const void *bytes, size_t size)
{
	uint8_t *frame = malloc(size + (size == 0));

	assert_non_null(frame);
	memcpy(frame, bytes, size);
	const struct link_header link = link_header_parse(link_type, frame, size);
	free(frame);
	return link;
}

static void expect(
	int link_type, const void *bytes, size_t size, enum layer first, size_t header_size)
{
	const struct link_header link = parse(link_type, bytes, size);

	assert_int_equal(link.first, first);
	assert_int_equal(link.size, header_size);
}

static void expect_undecoded(int link_type, const void *bytes, size_t size, enum counter reason)
{
	const struct link_header link = parse(link_type, bytes, size);

	assert_int_equal(link.first, LAYER_UNDECODED);
	assert_int_equal(link.undecoded, reason);
}

static void without_header(void **state)
{
	(void)state;
	expect(DLT_EN10MB, "", 0, LAYER_ETHERNET, 0);
	expect(DLT_RAW, "\x45", 1, LAYER_IP, 0);
	expect(14, "\x45", 1, LAYER_IP, 0);
	expect(DLT_IPV4, "\x45", 1, LAYER_IPV4, 0);
	expect(DLT_IPV6, "\x60", 1, LAYER_IPV6, 0);
	expect_undecoded(DLT_FDDI, "", 0, COUNTER_UNDECODED_LINK);
}

static void loopback(void **state)
{
	(void)state;
	expect(DLT_NULL, "\2\0\0\0", 4, LAYER_IPV4, 4); // little endian
	expect(DLT_NULL, "\0\0\0\2", 4, LAYER_IPV4, 4); // big endian
	expect(DLT_NULL, "\x0a\0\0\0", 4, LAYER_IPV6, 4);
	expect(DLT_NULL, "\x18\0\0\0", 4, LAYER_IPV6, 4);
	expect(DLT_NULL, "\x1c\0\0\0", 4, LAYER_IPV6, 4);
	expect(DLT_NULL, "\x1e\0\0\0", 4, LAYER_IPV6, 4);
	expect(DLT_LOOP, "\0\0\0\x18", 4, LAYER_IPV6, 4);
	expect_undecoded(DLT_NULL, "\7\0\0\0", 4, COUNTER_UNDECODED_ETHERTYPE);
	expect_undecoded(DLT_NULL, "\2\1\0\0", 4, COUNTER_UNDECODED_ETHERTYPE);
	expect_undecoded(DLT_NULL, "\2\0\0", 3, COUNTER_UNDECODED_TRUNCATED);
	expect_undecoded(DLT_LOOP, "", 0, COUNTER_UNDECODED_TRUNCATED);
}

static void cooked(void **state)
{
	uint8_t v1[16] = {0}, v2[20] = {0};

	(void)state;
	memcpy(v1 + 14, "\x08\x00", 2);
	expect(DLT_LINUX_SLL, v1, sizeof(v1), LAYER_IPV4, 16);
	expect_undecoded(DLT_LINUX_SLL, v1, sizeof(v1) - 1, COUNTER_UNDECODED_TRUNCATED);
	memcpy(v1 + 14, "\x81\x00", 2);
	expect(DLT_LINUX_SLL, v1, sizeof(v1), LAYER_VLAN, 16);
	memcpy(v1 + 14, "\x08\x06", 2);
	expect_undecoded(DLT_LINUX_SLL, v1, sizeof(v1), COUNTER_UNDECODED_CONTROL);

	memcpy(v2, "\x86\xdd", 2);
	expect(DLT_LINUX_SLL2, v2, sizeof(v2), LAYER_IPV6, 20);
	expect_undecoded(DLT_LINUX_SLL2, v2, sizeof(v2) - 1, COUNTER_UNDECODED_TRUNCATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_header),
		cmocka_unit_test(loopback),
		cmocka_unit_test(cooked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
