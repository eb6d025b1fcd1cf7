// SPDX-License-Identifier: BSD-3-Clause
#include "config/subscriber_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void expect_text(const struct subscriber_key *key, const char *expected)
{
	char text[SUBSCRIBER_KEY_TEXT_SIZE];

	subscriber_key_format(key, "edge0", text);
	assert_string_equal(text, expected);
}

static struct subscriber_key key_of(enum subscriber_key_kind kind, const char *address)
{
	struct subscriber_key key = {.kind = (uint8_t)kind};

	assert_true(address_parse(address, strlen(address), &key.address));
	return key;
}

static void test_addresses(void **state)
{
	struct subscriber_key key = key_of(SUBSCRIBER_ADDRESS, "192.0.2.7");

	(void)state;
	key.length = 128;
	expect_text(&key, "192.0.2.7");
	key = key_of(SUBSCRIBER_ADDRESS, "2001:db8:0:100::");
	key.length = 56;
	expect_text(&key, "2001:db8:0:100::/56");
	key = key_of(SUBSCRIBER_PORTS, "203.0.113.1");
	key.port = 64512;
	key.length = 10;
	expect_text(&key, "203.0.113.1:64512-65535");
	key.length = 0;
	expect_text(&key, "203.0.113.1:64512");
}

static void test_ids(void **state)
{
	const struct link_ids ids = {.link = 3,
		.outer_vlan = 100,
		.inner_vlan = 200,
		.session = 0xfffe,
		.label = 0xfffff};
	struct subscriber_key key = subscriber_key_on_link(SUBSCRIBER_SESSION, &ids);
	struct link_ids back = subscriber_key_ids(&key);

	(void)state;
	assert_true(subscriber_key_has_link(&key));
	assert_int_equal(back.link, 3);
	assert_int_equal(back.outer_vlan, 100);
	assert_int_equal(back.inner_vlan, 200);
	assert_int_equal(back.session, 0xfffe);
	assert_int_equal(back.label, 0); // no part of a session
	expect_text(&key, "edge0/vlan:100.200/pppoe:65534");
	key = subscriber_key_on_link(SUBSCRIBER_LABEL, &ids);
	back = subscriber_key_ids(&key);
	assert_int_equal(back.label, 0xfffff);
	assert_int_equal(back.outer_vlan, 0);
	expect_text(&key, "edge0/mpls:1048575");
	key = subscriber_key_on_link(SUBSCRIBER_VLAN, &ids);
	expect_text(&key, "edge0/vlan:100.200");
	assert_int_equal(subscriber_key_ids(&key).session, 0);
}

static void test_ids_absent(void **state)
{
	const struct link_ids single = {.outer_vlan = 100}, untagged = {.session = 7};
	struct subscriber_key key = subscriber_key_on_link(SUBSCRIBER_VLAN, &single);

	(void)state;
	expect_text(&key, "edge0/vlan:100");
	key = subscriber_key_on_link(SUBSCRIBER_VLAN, &untagged);
	expect_text(&key, "edge0/vlan:0");
	key = subscriber_key_on_link(SUBSCRIBER_SESSION, &untagged);
	expect_text(&key, "edge0/pppoe:7");
}

static void test_order(void **state)
{
	const struct link_ids low = {.outer_vlan = 100, .inner_vlan = 4095};
	const struct link_ids high = {.outer_vlan = 256};
	const struct subscriber_key keys[] = {
		key_of(SUBSCRIBER_ADDRESS, "192.0.2.7"),
		key_of(SUBSCRIBER_PORTS, "192.0.2.7"),
		subscriber_key_on_link(SUBSCRIBER_VLAN, &low),
		subscriber_key_on_link(SUBSCRIBER_VLAN, &high),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		for (size_t j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
			const int order = subscriber_key_compare(&keys[i], &keys[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_ids_absent),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
