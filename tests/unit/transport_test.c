// SPDX-License-Identifier: BSD-3-Clause
#include "config/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void names_are_those_of_the_registry(void **state)
{
	char text[4];

	(void)state;
	assert_string_equal(transport_name(TRANSPORT_ANY, text), "any");
	assert_string_equal(transport_name(1, text), "icmp");
	assert_string_equal(transport_name(6, text), "tcp");
	assert_string_equal(transport_name(17, text), "udp");
	assert_string_equal(transport_name(58, text), "icmpv6");
	assert_string_equal(transport_name(132, text), "sctp");
}

static void what_has_no_name_is_a_number(void **state)
{
	char text[4];

	(void)state;
	assert_string_equal(transport_name(255, text), "255");
	assert_string_equal(transport_name(3, text), "3");
}

static void lists_may_say_three_words(void **state)
{
	uint8_t transport = 1;

	(void)state;
	assert_true(transport_parse("any", &transport));
	assert_int_equal(transport, TRANSPORT_ANY);
	assert_true(transport_parse("TCP", &transport));
	assert_int_equal(transport, TRANSPORT_TCP);
	assert_true(transport_parse("Udp", &transport));
	assert_int_equal(transport, TRANSPORT_UDP);

	assert_false(transport_parse("", &transport));
	assert_false(transport_parse("icmp", &transport));
	assert_false(transport_parse("6", &transport));
	assert_false(transport_parse("tcp ", &transport));
	assert_int_equal(transport, TRANSPORT_UDP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_the_registry),
		cmocka_unit_test(what_has_no_name_is_a_number),
		cmocka_unit_test(lists_may_say_three_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
