// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/subscriber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define OUTSIDE "192.0.2.1"

static struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(text, strlen(text), &address));
	return address;
}

static struct subscribers *subscribers_of(uint8_t v4_length, uint8_t v6_length)
{
	static const char *const texts[] = {"100.64.0.0/10", "2001:db8::/32"};
	struct prefix prefixes[2];
	const struct config_subscribers config = {
		.prefixes = prefixes,
		.prefix_count = 2,
		.v4_length = v4_length,
		.v6_length = v6_length,
	};
	struct subscribers *subscribers;

	for (size_t i = 0; i < 2; i++)
		assert_true(prefix_parse(texts[i], strlen(texts[i]), &prefixes[i]));
	subscribers = subscribers_create(&config);
	assert_non_null(subscribers);
	return subscribers;
}

// The subscriber's prefix as text, "" for a foreigner.
static const char *key_text(const struct subscribers *subscribers, const char *source,
	const char *destination, enum direction direction)
{
	static char text[PREFIX_TEXT_SIZE];
	struct packet packet = {
		.source = address_of(source), .destination = address_of(destination)};
	struct subscriber_key key;

	if (!subscriber_find(subscribers, &packet, direction, &key))
		return "";
	prefix_format(&(struct prefix){key.address, key.length}, text);
	return text;
}

static void the_direction_tells_the_side(void **state)
{
	struct subscribers *subscribers = subscribers_of(32, 56);

	(void)state;
	assert_string_equal(
		key_text(subscribers, "100.64.0.7", OUTSIDE, DIRECTION_UP), "100.64.0.7");
	assert_string_equal(key_text(subscribers, "100.64.0.7", OUTSIDE, DIRECTION_DOWN), "");
	assert_string_equal(
		key_text(subscribers, OUTSIDE, "100.64.0.7", DIRECTION_DOWN), "100.64.0.7");
	assert_string_equal(key_text(subscribers, OUTSIDE, "100.64.0.7", DIRECTION_UP), "");
	assert_string_equal(key_text(subscribers, "100.64.0.7", "100.127.255.255", DIRECTION_DOWN),
		"100.127.255.255");
	assert_string_equal(key_text(subscribers, "100.128.0.0", OUTSIDE, DIRECTION_UP), "");
	subscribers_free(subscribers);
	subscribers_free(NULL);
}

static void keys_are_masked_by_family(void **state)
{
	struct subscribers *subscribers = subscribers_of(24, 56);

	(void)state;
	assert_string_equal(
		key_text(subscribers, "100.64.5.7", OUTSIDE, DIRECTION_UP), "100.64.5.0/24");
	assert_string_equal(key_text(subscribers, "2001:db8:1:23ff::7", OUTSIDE, DIRECTION_UP),
		"2001:db8:1:2300::/56");
	subscribers_free(subscribers);

	subscribers = subscribers_of(32, 128);
	assert_string_equal(
		key_text(subscribers, "2001:db8::7", OUTSIDE, DIRECTION_UP), "2001:db8::7");
	subscribers_free(subscribers);
}

static void nobody_is_a_subscriber_without_prefixes(void **state)
{
	const struct config_subscribers config = {.v4_length = 32, .v6_length = 56};
	struct subscribers *subscribers = subscribers_create(&config);

	(void)state;
	assert_non_null(subscribers);
	assert_string_equal(key_text(subscribers, "100.64.0.7", OUTSIDE, DIRECTION_UP), "");
	subscribers_free(subscribers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_direction_tells_the_side),
		cmocka_unit_test(keys_are_masked_by_family),
		cmocka_unit_test(nobody_is_a_subscriber_without_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
