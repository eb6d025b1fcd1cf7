// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define GOOD FEED_REASON_COUNT

static const struct {
	const char *text;
	enum feed_reason reason; // GOOD: none
	const char *address;
	uint16_t port;
} examples[] = {
	{"192.0.2.1", GOOD, "192.0.2.1", 0},
	{"192.0.2.1:1", GOOD, "192.0.2.1", 1},
	{"192.0.2.1:65535", GOOD, "192.0.2.1", 65535},
	{"2001:db8::1", GOOD, "2001:db8::1", 0},
	{"2001:db8::1:80", GOOD, "2001:db8::1:80", 0},
	{"[2001:db8::1]", GOOD, "2001:db8::1", 0},
	{"[2001:db8::1]:80", GOOD, "2001:db8::1", 80},
	{"192.0.2.1:0", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:65536", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:99999", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:100000", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:4294967297", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:080", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:+80", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1: 80", FEED_BAD_PORT, 0, 0},
	{"192.0.2.1:http", FEED_BAD_PORT, 0, 0},
	{"[2001:db8::1]:0", FEED_BAD_PORT, 0, 0},
	{"[2001:db8::1]80", FEED_BAD_ADDRESS, 0, 0},
	{"[2001:db8::1", FEED_BAD_ADDRESS, 0, 0},
	{"[]:80", FEED_BAD_ADDRESS, 0, 0},
	{"[192.0.2.1]:80", FEED_BAD_ADDRESS, 0, 0},
	{"[192.0.2.1]:80:", FEED_BAD_ADDRESS, 0, 0},
	{"192.0.2.0/24", FEED_BAD_ADDRESS, 0, 0},
	{"192.0.2.256:80", FEED_BAD_ADDRESS, 0, 0},
	{"192.0.2:80", FEED_BAD_ADDRESS, 0, 0},
	{"192.0.02.1", FEED_BAD_ADDRESS, 0, 0},
	{":80", FEED_BAD_ADDRESS, 0, 0},
	{"", FEED_BAD_ADDRESS, 0, 0},
	{"example.com:80", FEED_BAD_ADDRESS, 0, 0},
	{"fe80::1%eth0", FEED_BAD_ADDRESS, 0, 0},
};

static void forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct address address;
		uint16_t port;
		enum feed_reason reason;
		char text[ADDRESS_TEXT_SIZE];
		bool parsed = endpoint_parse(examples[i].text, &address, &port, &reason);
		if (parsed != (examples[i].reason == GOOD))
			fail_msg("'%s'", examples[i].text);
		if (!parsed) {
			if (reason != examples[i].reason)
				fail_msg("'%s': %s", examples[i].text, feed_reason_code(reason));
			continue;
		}
		address_format(&address, text);
		assert_string_equal(text, examples[i].address);
		assert_int_equal(port, examples[i].port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
