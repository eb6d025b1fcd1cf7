// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/encapsulation_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(enum encapsulation_kind kind, uint32_t id, const char *expected)
{
	const struct encapsulation encapsulation = {.kind = (uint8_t)kind, .id = id};
	char text[ENCAPSULATION_TEXT_SIZE];

	encapsulation_format(&encapsulation, text);
	assert_string_equal(text, expected);
}

static void the_id_follows_the_name(void **state)
{
	(void)state;
	expect(ENCAPSULATION_VLAN, 100, "vlan:100");
	expect(ENCAPSULATION_VLAN, 0, "vlan:0");
	expect(ENCAPSULATION_PPPOE, 7, "pppoe:7");
	expect(ENCAPSULATION_MPLS, 1000, "mpls:1000");
	expect(ENCAPSULATION_GTPU, UINT32_MAX, "gtpu:4294967295");
	expect(ENCAPSULATION_VXLAN, 1, "vxlan:1");
	expect(ENCAPSULATION_GENEVE, 16777215, "geneve:16777215");
}

static void some_have_none(void **state)
{
	(void)state;
	expect(ENCAPSULATION_PSEUDOWIRE, 1, "pseudowire");
	expect(ENCAPSULATION_IPV4, 0, "ipv4");
	expect(ENCAPSULATION_IPV6, 0, "ipv6");
	expect(ENCAPSULATION_TEREDO, 0, "teredo");
}

static void gre_has_one_with_a_key(void **state)
{
	(void)state;
	expect(ENCAPSULATION_GRE, 0, "gre");
	expect(ENCAPSULATION_GRE, UINT32_MAX, "gre:4294967295");
}

static void l2tp_has_two(void **state)
{
	(void)state;
	expect(ENCAPSULATION_L2TP, 12u << 16 | 34, "l2tp:12/34");
	expect(ENCAPSULATION_L2TP, UINT32_MAX, "l2tp:65535/65535");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_id_follows_the_name),
		cmocka_unit_test(some_have_none),
		cmocka_unit_test(gre_has_one_with_a_key),
		cmocka_unit_test(l2tp_has_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
