// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/translation.h"

#include "control/subscriber/map_e.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/list_file.h"
#include "tests/unit/refusals.h"

#define HEADER "inside,outside,first_port,last_port,ports_per_subscriber\n"

static struct refusals refusals;

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, strlen(text), &prefix));
	return prefix;
}

static struct config_map_e rule_of(
	const char *ipv6, const char *ipv4, uint8_t ea_length, uint8_t psid_offset)
{
	return (struct config_map_e){.ipv6 = prefix_of(ipv6),
		.ipv4 = prefix_of(ipv4),
		.ea_length = ea_length,
		.psid_offset = psid_offset};
}

static void assert_customer(
	const struct config_map_e *rule, const char *address, uint16_t port, const char *customer)
{
	const struct prefix outside = prefix_of(address);
	char text[PREFIX_TEXT_SIZE];
	struct prefix prefix;

	assert_int_equal(map_e_inside(rule, &outside.address, port, &prefix), MAP_E_FITS);
	prefix_format(&prefix, text);
	assert_string_equal(text, customer);
}

static void assert_no_customer(
	const struct config_map_e *rule, const char *address, uint16_t port, enum map_e_fit fit)
{
	const struct prefix outside = prefix_of(address);
	struct prefix prefix;

	assert_int_equal(map_e_inside(rule, &outside.address, port, &prefix), fit);
}

// RFC 7597, appendix A, example 1: available ports 1232-1235, 2256-2259, ..., 64720-64723.
static void the_example_of_the_rfc(void **state)
{
	const struct config_map_e rule = rule_of("2001:db8::/40", "192.0.2.0/24", 16, 6);
	const struct prefix customer = prefix_of("2001:db8:12:3400::/56");
	struct prefix outside;
	uint16_t first, last;

	(void)state;
	assert_int_equal(map_e_psid_length(&rule), 8);
	assert_customer(&rule, "192.0.2.18", 1232, "2001:db8:12:3400::/56");
	assert_customer(&rule, "192.0.2.18", 1235, "2001:db8:12:3400::/56");
	assert_customer(&rule, "192.0.2.18", 2256, "2001:db8:12:3400::/56");
	assert_customer(&rule, "192.0.2.18", 63699, "2001:db8:12:3400::/56");
	assert_customer(&rule, "192.0.2.18", 64723, "2001:db8:12:3400::/56");
	assert_customer(&rule, "192.0.2.18", 1236, "2001:db8:12:3500::/56");
	assert_customer(&rule, "192.0.2.18", 1231, "2001:db8:12:3300::/56");
	assert_customer(&rule, "192.0.2.19", 1232, "2001:db8:13:3400::/56");
	assert_no_customer(&rule, "192.0.2.18", 1023, MAP_E_RESERVED);
	assert_no_customer(&rule, "192.0.2.18", 0, MAP_E_RESERVED);
	assert_no_customer(&rule, "192.0.3.18", 1232, MAP_E_OUTSIDE);
	assert_int_equal(map_e_block_last(&rule, 1233), 1235);

	assert_int_equal(map_e_outside(&rule, &customer.address, &outside), 63);
	assert_int_equal(outside.length, 128);
	assert_int_equal(outside.address.bytes[15], 18);
	map_e_block(&rule, &customer.address, 0, &first, &last);
	assert_int_equal(first, 1232);
	assert_int_equal(last, 1235);
	map_e_block(&rule, &customer.address, 62, &first, &last);
	assert_int_equal(first, 64720);
	assert_int_equal(last, 64723);
}

// As in Japan's IPoE access: offset 4, PSIDs of 8 bits, 15 blocks of 16 ports.
static void fifteen_blocks_of_sixteen_ports(void **state)
{
	const struct config_map_e rule = rule_of("2001:db8::/32", "198.18.0.0/16", 24, 4);
	struct prefix outside, customer = prefix_of("2001:db8:abcd:5600::/56");
	uint16_t first, last;

	(void)state;
	assert_customer(&rule, "198.18.171.205", 0x1560, "2001:db8:abcd:5600::/56");
	assert_customer(&rule, "198.18.171.205", 0xf56f, "2001:db8:abcd:5600::/56");
	assert_customer(&rule, "198.18.171.205", 0x1570, "2001:db8:abcd:5700::/56");
	assert_no_customer(&rule, "198.18.171.205", 4095, MAP_E_RESERVED);
	assert_int_equal(map_e_outside(&rule, &customer.address, &outside), 15);
	map_e_block(&rule, &customer.address, 14, &first, &last);
	assert_int_equal(first, 0xf560);
	assert_int_equal(last, 0xf56f);
}

static void whole_addresses_and_prefixes(void **state)
{
	const struct config_map_e whole = rule_of("2001:db8::/40", "192.0.2.0/24", 8, 6);
	const struct config_map_e shorter = rule_of("2001:db8::/40", "192.0.2.0/24", 6, 6);
	const struct config_map_e contiguous = rule_of("2001:db8::/40", "192.0.2.0/24", 12, 0);
	struct prefix outside, customer = prefix_of("2001:db8:4::/46");

	(void)state;
	// One customer has all ports, the system's too.
	assert_customer(&whole, "192.0.2.18", 80, "2001:db8:12::/48");
	assert_int_equal(map_e_block_last(&whole, 80), UINT16_MAX);
	assert_customer(&shorter, "192.0.2.7", 80, "2001:db8:4::/46");
	assert_int_equal(map_e_outside(&shorter, &customer.address, &outside), 1);
	assert_int_equal(outside.length, ADDRESS_V4_OFFSET_BITS + 30);
	assert_int_equal(outside.address.bytes[15], 4);
	// Without an offset nothing is reserved.
	assert_customer(&contiguous, "192.0.2.1", 80, "2001:db8:1::/52");
	assert_customer(&contiguous, "192.0.2.1", 65535, "2001:db8:1:f000::/52");
}

static struct cgn_file *read_text(const char *text)
{
	const struct list_file list = list_file_make(text);
	const struct table_listener listener = refusals_listener(&refusals);
	char error[512] = "";
	struct cgn_file *file = cgn_file_read(list.path, &listener, error, sizeof(error));

	if (file == NULL)
		fail_msg("%s", error);
	list_file_remove(&list);
	return file;
}

static void assert_inside(
	const struct cgn_pool *pool, const char *outside, uint16_t port, const char *inside)
{
	const struct prefix prefix = prefix_of(outside);
	char text[ADDRESS_TEXT_SIZE];
	struct address found;
	uint16_t first, last;

	if (inside == NULL) {
		assert_false(cgn_pool_inside(pool, &prefix.address, port, &found));
		return;
	}
	assert_true(cgn_pool_inside(pool, &prefix.address, port, &found));
	address_format(&found, text);
	assert_string_equal(text, inside);
	// And back.
	assert_true(cgn_pool_outside(pool, &found, &found, &first, &last));
	assert_int_equal(address_compare(&found, &prefix.address), 0);
	assert_in_range(port, first, last);
}

static void blocks_are_given_out_in_sequence(void **state)
{
	struct cgn_file *file = read_text(HEADER "100.64.0.0/28,203.0.113.0/31,1024,65535,\n"
						 "100.64.8.0/22,203.0.113.8/30,1024,65535,252\n");
	const struct cgn_pool *computed = &file->pools[0], *told = &file->pools[1];

	(void)state;
	assert_int_equal(refusals.count, 0);
	assert_int_equal(computed->addresses_per_outside, 8);
	assert_int_equal(computed->block_ports, 8064);
	assert_inside(computed, "203.0.113.0", 1023, NULL);
	assert_inside(computed, "203.0.113.0", 1024, "100.64.0.0");
	assert_inside(computed, "203.0.113.0", 9087, "100.64.0.0");
	assert_inside(computed, "203.0.113.0", 9088, "100.64.0.1");
	assert_inside(computed, "203.0.113.0", 65535, "100.64.0.7");
	assert_inside(computed, "203.0.113.1", 1024, "100.64.0.8");
	assert_inside(computed, "203.0.113.1", 65535, "100.64.0.15");
	assert_int_equal(told->addresses_per_outside, 256);
	assert_inside(told, "203.0.113.8", 1024 + 252, "100.64.8.1");
	assert_inside(told, "203.0.113.9", 1024, "100.64.9.0");
	assert_inside(told, "203.0.113.11", 65535, "100.64.11.255");
	cgn_file_release(file);
}

static void ports_left_over_are_nobodys(void **state)
{
	// 1002 ports for 4 addresses: 250 each, and the last two are nobody's.
	struct cgn_file *file = read_text(HEADER "100.64.0.0/29,203.0.113.0/31,1000,2001,\n"
						 "100.64.1.0/32,203.0.113.9,1000,1999,300\n");

	(void)state;
	assert_inside(&file->pools[0], "203.0.113.0", 1249, "100.64.0.0");
	assert_inside(&file->pools[0], "203.0.113.0", 1999, "100.64.0.3");
	assert_inside(&file->pools[0], "203.0.113.0", 2000, NULL);
	assert_inside(&file->pools[0], "203.0.113.0", 2001, NULL);
	assert_inside(&file->pools[0], "203.0.113.0", 2002, NULL);
	assert_inside(&file->pools[0], "203.0.113.1", 1000, "100.64.0.4");
	assert_inside(&file->pools[1], "203.0.113.9", 1299, "100.64.1.0");
	assert_inside(&file->pools[1], "203.0.113.9", 1300, NULL); // there is no 100.64.1.1
	cgn_file_release(file);
}

static void bad_pools_are_told(void **state)
{
	static const struct {
		const char *row, *refusal;
	} rows[] = {
		{"100.64.0.1/24,203.0.113.0,1024,65535,", "'100.64.0.1/24': inside: no IPv4"},
		{"2001:db8::/64,203.0.113.0,1024,65535,", "inside: no IPv4"},
		{"100.64.0.0/24,203.0.113,1024,65535,", "'203.0.113': outside: no IPv4"},
		{"100.64.0.0/24,203.0.113.0,0,65535,", "'0': first_port"},
		{"100.64.0.0/24,203.0.113.0,1024,65536,", "'65536': last_port"},
		{"100.64.0.0/24,203.0.113.0,1024,1023,", "'1023': last_port"},
		{"100.64.0.0/24,203.0.113.0,1024,65535,0", "'0': ports_per_subscriber"},
		{"100.64.0.0/24,203.0.113.0,1024,65535,512",
			"'512': 64512 ports of an outside address are not enough for the 256"},
		{"100.64.0.0/10,203.0.113.0,1024,65535,",
			"'100.64.0.0/10': 64512 ports of an outside address are not enough for the "
			"4194304"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];
		struct cgn_file *file;

		snprintf(text, sizeof(text), HEADER "%s\n100.64.0.0/24,203.0.113.0,1024,65535,\n",
			rows[i].row);
		file = read_text(text);
		assert_int_equal(file->count, 1);
		assert_int_equal(file->rejected, 1);
		if (strstr(refusals.text, rows[i].refusal) == NULL)
			fail_msg("%s: %s", rows[i].row, refusals.text);
		cgn_file_release(file);
	}
}

static void overlapping_pools_are_told(void **state)
{
	struct cgn_file *file = read_text(HEADER "100.64.0.0/24,203.0.113.0/24,1024,65535,\n"
						 "100.64.1.0/24,203.0.113.7/32,1024,65535,\n"
						 "100.64.2.0/24,203.0.114.0/24,1024,65535,\n");

	(void)state;
	assert_int_equal(file->count, 1);
	assert_int_equal(file->rejected, 2);
	assert_non_null(strstr(refusals.text, "2: '203.0.113.0/24': outside: line 3 "));
	assert_non_null(strstr(refusals.text, "3: '203.0.113.7': outside: line 2 "));
	cgn_file_release(file);
}

static struct subscriber_key key_of(
	const char *text, enum subscriber_key_kind kind, uint16_t port, uint8_t length)
{
	return (struct subscriber_key){.address = prefix_of(text).address,
		.kind = (uint8_t)kind,
		.port = port,
		.length = length};
}

static void assert_translated(const struct translation *translation, struct subscriber_key key,
	enum translation_result result, const char *said)
{
	char text[SUBSCRIBER_KEY_TEXT_SIZE], error[160] = "";
	struct subscriber_key inside = key;

	assert_int_equal(
		translation_inside(translation, &key, &inside, error, sizeof(error)), result);
	subscriber_key_format(&inside, NULL, text);
	if (result == TRANSLATION_DONE)
		assert_string_equal(text, said);
	else if (strstr(error, said) == NULL)
		fail_msg("%s", error);
}

static void keys_are_translated(void **state)
{
	struct config_map_e rules[] = {rule_of("2001:db8::/40", "192.0.2.0/24", 16, 6),
		rule_of("2001:db8:ff00::/40", "198.51.100.0/24", 8, 6)};
	struct config_subscribers config = {.map_e = rules, .map_e_count = 2};
	struct cgn_file *file = read_text(HEADER "100.64.0.0/26,203.0.113.0,1024,65535,\n"
						 "100.64.1.0,203.0.113.1,1024,65535,\n");
	struct translation *translation = translation_create(&file, 1, &config);

	(void)state;
	cgn_file_release(file);
	assert_translated(translation, key_of("203.0.113.0", SUBSCRIBER_PORTS, 2048, 4),
		TRANSLATION_DONE, "100.64.0.1");
	assert_translated(translation, key_of("203.0.113.0", SUBSCRIBER_PORTS, 2016, 5),
		TRANSLATION_UNKNOWN, "203.0.113.0:2016-2047: the CGN gives these ports to several");
	assert_translated(translation, key_of("203.0.113.0", SUBSCRIBER_PORTS, 80, 0),
		TRANSLATION_UNKNOWN, "203.0.113.0:80: the CGN gives that port to nobody");
	assert_translated(translation, key_of("203.0.113.0", SUBSCRIBER_ADDRESS, 0, 128),
		TRANSLATION_UNKNOWN, "203.0.113.0: a CGN shares it");
	assert_translated(translation, key_of("203.0.113.1", SUBSCRIBER_ADDRESS, 0, 128),
		TRANSLATION_DONE, "100.64.1.0");
	assert_translated(translation, key_of("192.0.2.18", SUBSCRIBER_PORTS, 1232, 2),
		TRANSLATION_DONE, "2001:db8:12:3400::/56");
	assert_translated(translation, key_of("192.0.2.18", SUBSCRIBER_PORTS, 1232, 4),
		TRANSLATION_UNKNOWN, "192.0.2.18:1232-1247: MAP-E gives these ports to several");
	assert_translated(translation, key_of("192.0.2.18", SUBSCRIBER_PORTS, 1020, 2),
		TRANSLATION_UNKNOWN, "192.0.2.18:1020-1023: MAP-E reserves");
	assert_translated(translation, key_of("192.0.2.18", SUBSCRIBER_ADDRESS, 0, 128),
		TRANSLATION_UNKNOWN, "192.0.2.18: MAP-E shares it");
	assert_translated(translation, key_of("198.51.100.9", SUBSCRIBER_ADDRESS, 0, 128),
		TRANSLATION_DONE, "2001:db8:ff09::/48");
	assert_translated(translation, key_of("198.51.100.9", SUBSCRIBER_PORTS, 0, 10),
		TRANSLATION_DONE, "2001:db8:ff09::/48");
	assert_translated(
		translation, key_of("192.0.3.1", SUBSCRIBER_PORTS, 1024, 10), TRANSLATION_NONE, "");
	assert_translated(
		translation, key_of("2001:db8::", SUBSCRIBER_ADDRESS, 0, 56), TRANSLATION_NONE, "");
	translation_free(translation);
	translation_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_rfc),
		cmocka_unit_test(fifteen_blocks_of_sixteen_ports),
		cmocka_unit_test(whole_addresses_and_prefixes),
		cmocka_unit_test(blocks_are_given_out_in_sequence),
		cmocka_unit_test(ports_left_over_are_nobodys),
		cmocka_unit_test(bad_pools_are_told),
		cmocka_unit_test(overlapping_pools_are_told),
		cmocka_unit_test(keys_are_translated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
