// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/identity.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/list_file.h"

#include <stdlib.h>

static struct config_map_e rules[1];
static struct config config = {
	.links = {{.name = "edge0"}},
	.link_count = 1,
	.subscribers = {.map_e = rules},
};

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, strlen(text), &prefix));
	return prefix;
}

// `rows` of subscriber,prefix,ports,link,vlan,session,flags; `pools` of inside,outside with the
// ports 1024 to 65535.
static struct identity *identify(const char *rows, const char *pools)
{
	char text[1024], error[512];
	struct list_file list;
	struct mapping_file *file;
	struct cgn_file *cgn = NULL;
	struct identity *identity;

	snprintf(text, sizeof(text), "subscriber,prefix,ports,link,vlan,session,flags\n%s", rows);
	list = list_file_make(text);
	file = mapping_file_read(list.path, &config, NULL, error, sizeof(error));
	list_file_remove(&list);
	assert_non_null(file);
	assert_int_equal(file->rejected, 0);
	if (pools != NULL) {
		snprintf(text, sizeof(text), "first_port,last_port,inside,outside\n%s", pools);
		list = list_file_make(text);
		cgn = cgn_file_read(list.path, NULL, error, sizeof(error));
		list_file_remove(&list);
		assert_non_null(cgn);
	}
	identity = identity_create(mapping_create(&file, 1, &config, NULL),
		translation_create(&cgn, 1, &config.subscribers));
	assert_non_null(identity);
	mapping_file_release(file);
	cgn_file_release(cgn);
	return identity;
}

// One line a range: "kind first[:port] last[:port] flags".
static void describe(const struct flagged *flagged, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < flagged->count; i++) {
		const struct generation_subscriber *range = &flagged->ranges[i];
		char first[ADDRESS_TEXT_SIZE], last[ADDRESS_TEXT_SIZE];

		address_format(&range->first, first);
		address_format(&range->last, last);
		used += (size_t)snprintf(text + used, size - used, "%u %s:%u %s:%u %u\n",
			range->kind, first, range->first_port, last, range->last_port,
			range->flags);
	}
}

static void assert_flagged(const char *rows, const char *pools,
	const struct flagged_prefix prefixes[], size_t count, const char *expected)
{
	struct identity *identity = identify(rows, pools);
	char error[256], text[4096];
	struct flagged *flagged = identity_flagged(identity, prefixes, count, error, sizeof(error));

	assert_non_null(flagged);
	describe(flagged, text, sizeof(text));
	assert_string_equal(text, expected);
	free(flagged);
	identity_release(identity);
}

static void the_narrowest_row_decides(void **state)
{
	(void)state;
	assert_flagged("a,2001:db8::/56,,,,,opt-out\n"
		       "b,2001:db8:0:8::/64,,,,,\n"
		       "c,2001:db8:0:100::/56,,,,,opt-out\n"
		       "d,2001:db8:0:200::/56,,,,,watch\n",
		NULL, NULL, 0,
		"0 2001:db8:::0 2001:db8:0:7:ffff:ffff:ffff:ffff:65535 1\n"
		"0 2001:db8:0:9:::0 2001:db8:0:1ff:ffff:ffff:ffff:ffff:65535 1\n"
		"0 2001:db8:0:200:::0 2001:db8:0:2ff:ffff:ffff:ffff:ffff:65535 8\n");
}

static void flags_of_all_rows_are_one(void **state)
{
	(void)state;
	assert_flagged("a,2001:db8::/64,,,,,exempt\na,2001:db8:0:9::/64,,,,,\na,,,,,,watch\n", NULL,
		NULL, 0,
		"0 2001:db8:::0 2001:db8::ffff:ffff:ffff:ffff:65535 12\n"
		"0 2001:db8:0:9:::0 2001:db8:0:9:ffff:ffff:ffff:ffff:65535 12\n");
}

static void ports_have_those_of_their_address(void **state)
{
	(void)state;
	assert_flagged("a,192.0.2.1,,,,,opt-out\n"
		       "b,192.0.2.1,1024-2047,,,,\n"
		       "c,203.0.113.9,0-1023,,,,exempt\n",
		NULL, NULL, 0,
		"0 192.0.2.1:0 192.0.2.1:65535 1\n"
		"1 192.0.2.1:0 192.0.2.1:1023 1\n"
		"1 192.0.2.1:2048 192.0.2.1:65535 1\n"
		"1 203.0.113.9:0 203.0.113.9:1023 4\n");
}

static void sessions_have_those_of_their_vlan(void **state)
{
	(void)state;
	assert_flagged("a,,,edge0,100,,opt-out\nb,,,edge0,100,7,\n", NULL, NULL, 0,
		"2 0:64:::0 0:64:ffff:ffff:ffff:ffff:ffff:ffff:65535 1\n"
		"3 0:64:::0 0:64:0:6:ffff:ffff:ffff:ffff:65535 1\n"
		"3 0:64:0:7::1:0 0:64:ffff:ffff:ffff:ffff:ffff:ffff:65535 1\n");
}

static void bindings_are_above_the_mapping(void **state)
{
	const struct flagged_prefix prefixes[] = {
		{prefix_of("2001:db8:0:4::/62"), SUBSCRIBER_FLAG_WATCH},
		{prefix_of("2001:db8:0:6::/64"), 0},
		{prefix_of("2001:db8:0:200::/56"), SUBSCRIBER_FLAG_OPT_OUT},
	};

	(void)state;
	assert_flagged("a,2001:db8::/60,,,,,opt-out\nb,2001:db8:0:5::/64,,,,,exempt\n", NULL,
		prefixes, 3,
		"0 2001:db8:::0 2001:db8:0:3:ffff:ffff:ffff:ffff:65535 1\n"
		"0 2001:db8:0:4:::0 2001:db8:0:5:ffff:ffff:ffff:ffff:65535 8\n"
		"0 2001:db8:0:7:::0 2001:db8:0:7:ffff:ffff:ffff:ffff:65535 8\n"
		"0 2001:db8:0:8:::0 2001:db8:0:f:ffff:ffff:ffff:ffff:65535 1\n"
		"0 2001:db8:0:200:::0 2001:db8:0:2ff:ffff:ffff:ffff:ffff:65535 1\n");
}

static void what_is_outside_has_them_too(void **state)
{
	(void)state;
	assert_flagged("a,100.64.0.1,,,,,opt-out\n",
		"1024,65535,100.64.0.0/30,203.0.113.0\n1024,65535,100.65.0.0/30,203.0.113.1\n",
		NULL, 0,
		"0 100.64.0.1:0 100.64.0.1:65535 1\n"
		"1 100.64.0.1:0 100.64.0.1:65535 1\n"
		"1 203.0.113.0:17152 203.0.113.0:33279 1\n");
	config.subscribers.map_e_count = 1;
	rules[0] = (struct config_map_e){.ipv6 = prefix_of("2001:db8::/40"),
		.ipv4 = prefix_of("192.0.2.0/24"),
		.ea_length = 16,
		.psid_offset = 2};
	assert_flagged("a,2001:db8:12:3400::/56,,,,,watch\n", NULL, NULL, 0,
		"0 2001:db8:12:3400:::0 2001:db8:12:34ff:ffff:ffff:ffff:ffff:65535 8\n"
		"1 192.0.2.18:19712 192.0.2.18:19775 8\n"
		"1 192.0.2.18:36096 192.0.2.18:36159 8\n"
		"1 192.0.2.18:52480 192.0.2.18:52543 8\n");
	config.subscribers.map_e_count = 0;
}

static void too_many_are_told(void **state)
{
	struct identity *identity =
		identify("a,100.64.0.0/10,,,,,opt-out\n", "1,65535,100.64.0.0/10,203.0.113.0/24\n");
	char error[256] = "";

	(void)state;
	assert_null(identity_flagged(identity, NULL, 0, error, sizeof(error)));
	assert_string_equal(error, "the subscribers with flags take more than 4000000 ranges");
	identity_release(identity);
}

static int bound(
	void *context, const struct prefix *prefix, uint64_t at_ns, char name[SUBSCRIBER_NAME_SIZE])
{
	const struct prefix *of = context;

	if (at_ns < 1000 || !prefix_contains(of, &prefix->address))
		return 0;
	snprintf(name, SUBSCRIBER_NAME_SIZE, "radius-user");
	return 1;
}

static void assert_resolved(const struct identity *identity,
	const struct identity_bindings *bindings, const char *address, int port, uint64_t at_ns,
	bool known, const char *subscriber, uint8_t flags)
{
	const struct prefix prefix = prefix_of(address);
	const struct subscriber_key key = {
		.address = prefix.address,
		.kind = port >= 0 ? SUBSCRIBER_PORTS : SUBSCRIBER_ADDRESS,
		.port = port >= 0 ? (uint16_t)port : 0,
		.length = port >= 0 ? 0 : prefix.length,
	};
	struct identity_result result;

	identity_resolve(identity, bindings, &key, NULL, at_ns, &result);
	assert_string_equal(result.subscriber, subscriber);
	assert_int_equal(result.known, known);
	assert_int_equal(result.flags, flags);
}

static void who_is_behind_a_key(void **state)
{
	struct prefix of = prefix_of("100.64.0.1");
	const struct identity_bindings bindings = {.context = &of, .find = bound};
	struct identity *identity = identify("a,100.64.0.0/31,,,,,watch\n"
					     "b,203.0.113.0,1-99,,,,\n"
					     "e,203.0.113.0,33280-33300,,,,\n"
					     "radius-user,,,,,,opt-out\n",
		"1024,65535,100.64.0.0/30,203.0.113.0\n");

	(void)state;
	assert_resolved(identity, NULL, "100.64.0.1", -1, 2000, true, "a", 8);
	assert_resolved(identity, &bindings, "100.64.0.1", -1, 2000, true, "radius-user", 1);
	assert_resolved(identity, &bindings, "100.64.0.1", -1, 999, true, "a", 8);
	assert_resolved(identity, &bindings, "100.64.0.0", -1, 2000, true, "a", 8);
	// Seen outside: the same people.
	assert_resolved(identity, &bindings, "203.0.113.0", 17152, 2000, true, "radius-user", 1);
	assert_resolved(identity, NULL, "203.0.113.0", 17152, 2000, true, "a", 8);
	assert_resolved(identity, NULL, "203.0.113.0", 65535, 2000, false, "100.64.0.3", 0);
	// Whose inside address has no name.
	assert_resolved(identity, NULL, "203.0.113.0", 33280, 2000, true, "e", 0);
	// Not the CGN's, but somebody's.
	assert_resolved(identity, NULL, "203.0.113.0", 80, 2000, true, "b", 0);
	assert_resolved(identity, NULL, "203.0.113.0", 100, 2000, false, "203.0.113.0:100", 0);
	assert_resolved(identity, NULL, "192.0.2.1", -1, 2000, false, "192.0.2.1", 0);
	// Without any mapping.
	assert_resolved(NULL, &bindings, "100.64.0.1", -1, 2000, true, "radius-user", 0);
	assert_resolved(NULL, NULL, "100.64.0.1", -1, 2000, false, "100.64.0.1", 0);
	identity_release(identity_hold(identity));
	identity_release(identity);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_narrowest_row_decides),
		cmocka_unit_test(flags_of_all_rows_are_one),
		cmocka_unit_test(ports_have_those_of_their_address),
		cmocka_unit_test(sessions_have_those_of_their_vlan),
		cmocka_unit_test(bindings_are_above_the_mapping),
		cmocka_unit_test(what_is_outside_has_them_too),
		cmocka_unit_test(too_many_are_told),
		cmocka_unit_test(who_is_behind_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
