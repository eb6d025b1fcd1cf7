// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define GOOD FEED_REASON_COUNT

static const struct {
	const char *text;
	const char *address;
	uint16_t port;
	enum feed_reason reason; // GOOD: none
} examples[] = {
	{"192.0.2.1", "192.0.2.1", 0, GOOD},
	{"192.0.2.1:1", "192.0.2.1", 1, GOOD},
	{"192.0.2.1:65535", "192.0.2.1", 65535, GOOD},
	{"2001:db8::1", "2001:db8::1", 0, GOOD},
	{"2001:db8::1:80", "2001:db8::1:80", 0, GOOD},
	{"[2001:db8::1]", "2001:db8::1", 0, GOOD},
	{"[2001:db8::1]:80", "2001:db8::1", 80, GOOD},
	{"192.0.2.1:0", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:65536", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:99999", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:100000", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:4294967297", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:080", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:+80", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1: 80", NULL, 0, FEED_BAD_PORT},
	{"192.0.2.1:http", NULL, 0, FEED_BAD_PORT},
	{"[2001:db8::1]:0", NULL, 0, FEED_BAD_PORT},
	{"[2001:db8::1]80", NULL, 0, FEED_BAD_ADDRESS},
	{"[2001:db8::1", NULL, 0, FEED_BAD_ADDRESS},
	{"[]:80", NULL, 0, FEED_BAD_ADDRESS},
	{"[192.0.2.1]:80", NULL, 0, FEED_BAD_ADDRESS},
	{"[192.0.2.1]:80:", NULL, 0, FEED_BAD_ADDRESS},
	{"192.0.2.0/24", NULL, 0, FEED_BAD_ADDRESS},
	{"192.0.2.256:80", NULL, 0, FEED_BAD_ADDRESS},
	{"192.0.2:80", NULL, 0, FEED_BAD_ADDRESS},
	{"192.0.02.1", NULL, 0, FEED_BAD_ADDRESS},
	{":80", NULL, 0, FEED_BAD_ADDRESS},
	{"", NULL, 0, FEED_BAD_ADDRESS},
	{"example.com:80", NULL, 0, FEED_BAD_ADDRESS},
	{"fe80::1%eth0", NULL, 0, FEED_BAD_ADDRESS},
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
