// SPDX-License-Identifier: BSD-3-Clause
#include "config/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct address parsed(const char *text)
{
	struct address address;

	if (!address_parse(text, strlen(text), &address))
		fail_msg("%s is an address", text);
	return address;
}

static struct prefix parsed_prefix(const char *text)
{
	struct prefix prefix;

	if (!prefix_parse(text, strlen(text), &prefix))
		fail_msg("%s is a prefix", text);
	return prefix;
}

static void address_is_kept_in_one_form(void **state)
{
	static const uint8_t v4[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1};
	static const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
	struct address address;

	(void)state;
	address = parsed("192.0.2.1");
	assert_memory_equal(address.bytes, v4, 16);
	assert_true(address_is_v4(&address));
	address = parsed("::ffff:192.0.2.1");
	assert_memory_equal(address.bytes, v4, 16);
	address = parsed("2001:db8::9");
	assert_memory_equal(address.bytes, v6, 16);
	assert_false(address_is_v4(&address));
}

static void address_text_is_strict(void **state)
{
	static const char *const wrong[] = {"", " 192.0.2.1", "192.0.2.1 ", "192.0.2",
		"192.0.2.256", "192.0.2.01", "0x7f.0.0.1", "192.0.2.1.", "192.0.2.1:80",
		"3221225985", "[2001:db8::1]", "2001:db8::1%eth0", "2001:db8:::1", "2001:db8",
		"::1::", "12345::", "1:2:3:4:5:6:7:8:9", "192.0.2.1/32", "example.org",
		"2001:0db8:0000:0000:0000:0000:0000:0000:0000:00001"};
	struct address address;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (address_parse(wrong[i], strlen(wrong[i]), &address))
			fail_msg("%s is no address", wrong[i]);
	}
	assert_false(address_parse("1.2.3.4\0x", 9, &address));
}

// The text need not be terminated: lists are parsed in place.
static void address_ends_at_its_length(void **state)
{
	struct address address, expected = parsed("192.0.2.1");

	(void)state;
	assert_true(address_parse("192.0.2.123", 9, &address));
	assert_int_equal(address_compare(&address, &expected), 0);
}

static void address_is_written_in_its_own_form(void **state)
{
	static const char *const texts[] = {"0.0.0.0", "255.255.255.255", "::", "::1",
		"2001:db8::1", "2001:db8:1:2:3:4:5:6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
	char text[ADDRESS_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct address address = parsed(texts[i]);

		address_format(&address, text);
		assert_string_equal(text, texts[i]);
	}
}

static void address_mask_keeps_the_first_bits(void **state)
{
	struct address all = parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

	(void)state;
	for (unsigned int length = 0; length <= 128; length++) {
		struct address masked = address_mask(&all, (uint8_t)length);

		for (unsigned int bit = 0; bit < 128; bit++) {
			unsigned int set =
				((unsigned int)masked.bytes[bit / 8] >> (7 - bit % 8)) & 1u;

			assert_int_equal(set, bit < length);
		}
	}
}

static void prefix_counts_bits_of_the_one_form(void **state)
{
	static const struct {
		const char *text;
		uint8_t length;
	} prefixes[] = {{"192.0.2.0/24", 120}, {"0.0.0.0/0", 96}, {"192.0.2.1", 128},
		{"192.0.2.1/32", 128}, {"2001:db8::/32", 32}, {"::/0", 0}, {"2001:db8::1", 128},
		{"::ffff:192.0.2.0/120", 120}};

	(void)state;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct prefix prefix = parsed_prefix(prefixes[i].text);

		assert_int_equal(prefix.length, prefixes[i].length);
	}
}

static void prefix_text_is_strict(void **state)
{
	static const char *const wrong[] = {"", "/", "/24", "192.0.2.0/", "192.0.2.0/33",
		"192.0.2.7/24", "192.0.2.0/024", "192.0.2.0/+24", "192.0.2.0/ 24", "192.0.2.0/24 ",
		"192.0.2.0/24/24", "192.0.2.0/255.255.255.0", "2001:db8::/129", "2001:db8::1/32",
		"2001:db8::/-1", "192.0.2.0/4294967320", "::ffff:192.0.2.0/24"};
	struct prefix prefix;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (prefix_parse(wrong[i], strlen(wrong[i]), &prefix))
			fail_msg("%s is no prefix", wrong[i]);
	}
}

static void prefix_is_written_in_its_own_form(void **state)
{
	static const char *const texts[] = {"192.0.2.0/24", "0.0.0.0/0", "192.0.2.1",
		"2001:db8::/32", "::/0", "2001:db8::1", "2001:db8:1:2:3:4:5:6",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"};
	char text[PREFIX_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct prefix prefix = parsed_prefix(texts[i]);

		prefix_format(&prefix, text);
		assert_string_equal(text, texts[i]);
	}
}

static void prefix_last_is_inside_and_nothing_follows_it(void **state)
{
	static const struct {
		const char *prefix, *last;
	} cases[] = {
		{"192.0.2.0/24", "192.0.2.255"},
		{"192.0.2.4/31", "192.0.2.5"},
		{"192.0.2.7", "192.0.2.7"},
		{"2001:db8:0:100::/57", "2001:db8:0:17f:ffff:ffff:ffff:ffff"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[ADDRESS_TEXT_SIZE];
		struct prefix prefix;
		struct address last;

		assert_true(prefix_parse(cases[i].prefix, strlen(cases[i].prefix), &prefix));
		last = prefix_last(&prefix);
		address_format(&last, text);
		assert_string_equal(text, cases[i].last);
	}
}

static void prefix_contains_what_shares_its_bits(void **state)
{
	static const struct {
		const char *prefix, *address;
		bool contains;
	} cases[] = {{"192.0.2.0/24", "192.0.2.0", true}, {"192.0.2.0/24", "192.0.2.255", true},
		{"192.0.2.0/24", "192.0.3.0", false}, {"192.0.2.0/24", "192.0.1.255", false},
		{"192.0.2.4/31", "192.0.2.5", true}, {"192.0.2.4/31", "192.0.2.6", false},
		{"0.0.0.0/0", "255.1.2.3", true}, {"0.0.0.0/0", "2001:db8::1", false},
		{"::/0", "2001:db8::1", true}, {"::/0", "192.0.2.1", false},
		{"::/64", "192.0.2.1", false}, {"2001:db8::/33", "2001:db8:7fff::", true},
		{"2001:db8::/33", "2001:db8:8000::", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prefix prefix = parsed_prefix(cases[i].prefix);
		struct address address = parsed(cases[i].address);

		if (prefix_contains(&prefix, &address) != cases[i].contains)
			fail_msg("%s in %s", cases[i].address, cases[i].prefix);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_is_kept_in_one_form),
		cmocka_unit_test(address_text_is_strict),
		cmocka_unit_test(address_ends_at_its_length),
		cmocka_unit_test(address_is_written_in_its_own_form),
		cmocka_unit_test(address_mask_keeps_the_first_bits),
		cmocka_unit_test(prefix_counts_bits_of_the_one_form),
		cmocka_unit_test(prefix_text_is_strict),
		cmocka_unit_test(prefix_is_written_in_its_own_form),
		cmocka_unit_test(prefix_last_is_inside_and_nothing_follows_it),
		cmocka_unit_test(prefix_contains_what_shares_its_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
