// SPDX-License-Identifier: BSD-3-Clause
#include "control/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/catalogue_row.h"
#include "tests/unit/list_file.h"

#define ALLOWED FEED_REASON_COUNT

struct example {
	const char *address;
	enum feed_reason reason; // or ALLOWED
	const char *protected_by;
};

static void check(const struct guard *guard, const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct address address = address_of(examples[i].address);
		enum feed_reason reason;
		char protected_by[GUARD_TEXT_SIZE] = "";
		bool allowed = guard_allows(guard, &address, &reason, protected_by);
		assert_int_equal(allowed, guard_allows(guard, &address, &reason, NULL));
		if (allowed)
			reason = ALLOWED;
		if (reason != examples[i].reason)
			fail_msg("%s: %s", examples[i].address, feed_reason_code(reason));
		if (!examples[i].protected_by)
			continue;
		// A never-block file is named as well, with the line.
		const char *told = strrchr(protected_by, ' ');
		assert_string_equal(told ? told + 1 : protected_by, examples[i].protected_by);
		assert_int_equal(told != NULL, reason == FEED_NEVER_BLOCK);
	}
}

#define CHECK(guard, examples) check(guard, examples, sizeof(examples) / sizeof((examples)[0]))

// First and last address of every special-use prefix, and their neighbours.
static const struct example special_uses[] = {
	{"0.0.0.0", FEED_SPECIAL_USE, "0.0.0.0/8"},
	{"0.255.255.255", FEED_SPECIAL_USE, "0.0.0.0/8"},
	{"1.0.0.0", ALLOWED, NULL},
	{"9.255.255.255", ALLOWED, NULL},
	{"10.0.0.0", FEED_SPECIAL_USE, "10.0.0.0/8"},
	{"10.255.255.255", FEED_SPECIAL_USE, "10.0.0.0/8"},
	{"11.0.0.0", ALLOWED, NULL},
	{"100.63.255.255", ALLOWED, NULL},
	{"100.64.0.0", FEED_SPECIAL_USE, "100.64.0.0/10"},
	{"100.127.255.255", FEED_SPECIAL_USE, "100.64.0.0/10"},
	{"100.128.0.0", ALLOWED, NULL},
	{"126.255.255.255", ALLOWED, NULL},
	{"127.0.0.1", FEED_SPECIAL_USE, "127.0.0.0/8"},
	{"128.0.0.0", ALLOWED, NULL},
	{"169.254.0.0", FEED_SPECIAL_USE, "169.254.0.0/16"},
	{"169.255.0.0", ALLOWED, NULL},
	{"172.15.255.255", ALLOWED, NULL},
	{"172.16.0.0", FEED_SPECIAL_USE, "172.16.0.0/12"},
	{"172.31.255.255", FEED_SPECIAL_USE, "172.16.0.0/12"},
	{"172.32.0.0", ALLOWED, NULL},
	{"192.0.0.255", FEED_SPECIAL_USE, "192.0.0.0/24"},
	{"192.0.1.0", ALLOWED, NULL},
	{"192.0.2.1", ALLOWED, NULL}, // documentation
	{"192.31.196.1", FEED_SPECIAL_USE, "192.31.196.0/24"},
	{"192.52.193.1", FEED_SPECIAL_USE, "192.52.193.0/24"},
	{"192.88.99.1", FEED_SPECIAL_USE, "192.88.99.0/24"},
	{"192.168.255.255", FEED_SPECIAL_USE, "192.168.0.0/16"},
	{"192.169.0.0", ALLOWED, NULL},
	{"192.175.48.1", FEED_SPECIAL_USE, "192.175.48.0/24"},
	{"198.18.0.1", ALLOWED, NULL},   // benchmarks
	{"198.51.100.1", ALLOWED, NULL}, // documentation
	{"203.0.113.1", ALLOWED, NULL},  // documentation
	{"223.255.255.255", ALLOWED, NULL},
	{"224.0.0.0", FEED_SPECIAL_USE, "224.0.0.0/4"},
	{"239.255.255.255", FEED_SPECIAL_USE, "224.0.0.0/4"},
	{"240.0.0.0", FEED_SPECIAL_USE, "240.0.0.0/4"},
	{"255.255.255.255", FEED_SPECIAL_USE, "240.0.0.0/4"},

	{"::", FEED_SPECIAL_USE, NULL},
	{"::1", FEED_SPECIAL_USE, NULL},
	{"::fffe:ffff:ffff", FEED_SPECIAL_USE, NULL},
	{"::8.8.8.8", FEED_SPECIAL_USE, NULL},
	{"::ffff:8.8.8.8", ALLOWED, NULL}, // IPv4
	{"::ffff:10.0.0.1", FEED_SPECIAL_USE, "10.0.0.0/8"},
	{"::ffff:0:8.8.8.8", FEED_SPECIAL_USE, NULL},
	{"64:ff9b::8.8.8.8", FEED_SPECIAL_USE, NULL},
	{"64:ff9b:1::1", FEED_SPECIAL_USE, NULL},
	{"100::1", FEED_SPECIAL_USE, NULL},
	{"1fff:ffff::1", FEED_SPECIAL_USE, NULL},
	{"2000::1", ALLOWED, NULL},
	{"2001::1", FEED_SPECIAL_USE, "2001::/23"},
	{"2001:1ff:ffff::1", FEED_SPECIAL_USE, "2001::/23"},
	{"2001:200::1", ALLOWED, NULL},
	{"2001:2::1", ALLOWED, NULL}, // benchmarks
	{"2001:2:1::1", FEED_SPECIAL_USE, "2001::/23"},
	{"2001:db8::1", ALLOWED, NULL}, // documentation
	{"2002:808:808::1", FEED_SPECIAL_USE, "2002::/16"},
	{"2003::1", ALLOWED, NULL},
	{"2620:4f:8000::1", FEED_SPECIAL_USE, "2620:4f:8000::/48"},
	{"3fff::1", ALLOWED, NULL}, // documentation
	{"3fff:ffff::1", ALLOWED, NULL},
	{"4000::1", FEED_SPECIAL_USE, NULL},
	{"5f00::1", FEED_SPECIAL_USE, NULL},
	{"fc00::1", FEED_SPECIAL_USE, NULL},
	{"fdff::1", FEED_SPECIAL_USE, NULL},
	{"fe80::1", FEED_SPECIAL_USE, NULL},
	{"fec0::1", FEED_SPECIAL_USE, NULL},
	{"ff02::1", FEED_SPECIAL_USE, NULL},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", FEED_SPECIAL_USE, NULL},
};

static void special_use(void **state)
{
	(void)state;
	char error[CONFIG_ERROR_SIZE];
	struct config config = {0};
	struct guard *guard = guard_create(&config, error, sizeof(error));
	assert_non_null(guard);
	CHECK(guard, special_uses);
	guard_free(guard);
	guard_free(NULL);
}

static void own_and_never_block(void **state)
{
	(void)state;
	static const struct example examples[] = {
		{"192.0.2.1", FEED_OWN_PREFIX, "192.0.2.0/24"},
		{"2001:db8:1::1", FEED_OWN_PREFIX, "2001:db8:1::/48"},
		{"8.8.8.8", FEED_NEVER_BLOCK, "8.8.8.8"},
		{"8.8.8.9", ALLOWED, NULL},
		{"104.16.1.1", FEED_NEVER_BLOCK, "104.16.0.0/13"},
		{"2606:4700::1", FEED_NEVER_BLOCK, "2606:4700::/32"},
		{"203.0.113.9", FEED_NEVER_BLOCK, "203.0.113.0/24"},
		// Special use is told before own, own before never-block.
		{"10.1.1.1", FEED_SPECIAL_USE, "10.0.0.0/8"},
		{"192.0.2.7", FEED_OWN_PREFIX, "192.0.2.0/24"},
	};
	struct prefix prefixes[3];
	assert_true(prefix_parse("192.0.2.0/24", 12, &prefixes[0]));
	assert_true(prefix_parse("2001:db8:1::/48", 15, &prefixes[1]));
	assert_true(prefix_parse("10.1.0.0/16", 11, &prefixes[2]));
	struct list_file first = list_file_make("# resolvers\n8.8.8.8 # Google\r\n\n192.0.2.7\n");
	struct list_file second =
		list_file_make("\xef\xbb\xbf 104.16.0.0/13\n2606:4700::/32\n203.0.113.0/24");
	char *paths[] = {first.path, second.path}, error[CONFIG_ERROR_SIZE];
	struct config config = {
		.subscribers = {.prefixes = prefixes, .prefix_count = 3},
		.never_block = paths,
		.never_block_count = 2,
	};
	struct guard *guard = guard_create(&config, error, sizeof(error));
	assert_non_null(guard);
	CHECK(guard, examples);
	char protected_by[GUARD_TEXT_SIZE], expected[GUARD_TEXT_SIZE];
	struct address address = address_of("8.8.8.8");
	enum feed_reason reason;
	assert_false(guard_allows(guard, &address, &reason, protected_by));
	snprintf(expected, sizeof(expected), "%s:2 8.8.8.8", first.path);
	assert_string_equal(protected_by, expected);
	guard_free(guard);
	list_file_remove(&first);
	list_file_remove(&second);
}

static void sinkholes(void **state)
{
	(void)state;
	struct list_file file = list_file_make("# Reference: x\n192.0.2.1\nsinkhole.example\n");
	char *paths[] = {file.path}, error[CONFIG_ERROR_SIZE], told_by[GUARD_TEXT_SIZE];
	struct config config = {.sinkholes = paths, .sinkhole_count = 1}, none = {0};
	struct guard *guard = guard_create(&config, error, sizeof(error));
	uint8_t digest[GUARD_DIGEST_SIZE], other[GUARD_DIGEST_SIZE];
	enum feed_reason reason;
	assert_non_null(guard);
	struct address address = address_of("192.0.2.1");
	assert_true(guard_allows(guard, &address, &reason, NULL));
	assert_true(guard_knows_sinkhole(guard, &address, told_by));
	assert_non_null(strstr(told_by, ":2 192.0.2.1"));
	address = address_of("192.0.2.2");
	assert_false(guard_knows_sinkhole(guard, &address, told_by));
	assert_true(guard_knows_sinkhole_domain(guard, "ns1.sinkhole.example", told_by));
	assert_non_null(strstr(told_by, ":3 sinkhole.example"));
	assert_false(guard_knows_sinkhole_domain(guard, "example", told_by));
	guard_digest(guard, digest);
	guard_free(guard);
	guard = guard_create(&none, error, sizeof(error));
	guard_digest(guard, other);
	assert_memory_not_equal(digest, other, sizeof(digest));
	guard_free(guard);
	list_file_remove(&file);
}

static void domains(void **state)
{
	(void)state;
	struct list_file file = list_file_make("portal.example.net\n");
	char *paths[] = {file.path}, error[CONFIG_ERROR_SIZE];
	char protected_by[GUARD_TEXT_SIZE] = "", expected[GUARD_TEXT_SIZE];
	struct config config = {.never_block = paths, .never_block_count = 1};
	struct guard *guard = guard_create(&config, error, sizeof(error));
	enum feed_reason reason;
	assert_non_null(guard);
	assert_true(guard_allows_domain(guard, "cnc.example.net", &reason, protected_by));
	assert_false(guard_allows_domain(guard, "www.portal.example.net", &reason, NULL));
	assert_false(guard_allows_domain(guard, "www.portal.example.net", &reason, protected_by));
	assert_int_equal(reason, FEED_NEVER_BLOCK);
	snprintf(expected, sizeof(expected), "%s:1 portal.example.net", file.path);
	assert_string_equal(protected_by, expected);
	guard_free(guard);
	list_file_remove(&file);
}

static void summary_and_digest(void **state)
{
	(void)state;
	struct list_file file = list_file_make("192.0.2.1\n192.0.2.2\nexample.net\n");
	char *paths[] = {file.path}, error[CONFIG_ERROR_SIZE];
	struct config with = {.never_block = paths, .never_block_count = 1}, without = {0};
	struct guard *guard = guard_create(&with, error, sizeof(error));
	struct guard *bare = guard_create(&without, error, sizeof(error));
	uint8_t digest[GUARD_DIGEST_SIZE], other[GUARD_DIGEST_SIZE];
	struct guard_summary summary;
	guard_summarize(guard, &summary);
	assert_int_equal(summary.files, 1);
	assert_int_equal(summary.prefixes, 2);
	assert_int_equal(summary.domains, 1);
	guard_digest(guard, digest);
	guard_digest(bare, other);
	assert_memory_not_equal(digest, other, sizeof(digest));
	guard_free(guard);
	guard_free(bare);
	list_file_remove(&file);
}

static void bad_files(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error;
	} examples[] = {
		{"8.8.8.8\n\ncloudflare\n", ":3: 'cloudflare' is not a prefix or domain"},
		{"8.8.8.8/24\n", ":1: '8.8.8.8/24' is not a prefix"},
		{"8.8.8.8:53\n", ":1: '8.8.8.8:53' is not a prefix"},
		{"8.8.8.8\n\x1b[31m\n", ":2: '\\x1b[31m' is not a prefix"},
	};
	char error[CONFIG_ERROR_SIZE];
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct list_file file = list_file_make(examples[i].text);
		char *paths[] = {file.path};
		struct config config = {.never_block = paths, .never_block_count = 1};
		assert_null(guard_create(&config, error, sizeof(error)));
		assert_non_null(strstr(error, examples[i].error));
		assert_ptr_equal(strstr(error, file.path), error);
		list_file_remove(&file);
	}
	char missing[] = "/nonexistent", *paths[] = {missing};
	struct config config = {.never_block = paths, .never_block_count = 1};
	assert_null(guard_create(&config, error, sizeof(error)));
	assert_non_null(strstr(error, "/nonexistent: cannot be opened"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(special_use),
		cmocka_unit_test(own_and_never_block),
		cmocka_unit_test(sinkholes),
		cmocka_unit_test(domains),
		cmocka_unit_test(summary_and_digest),
		cmocka_unit_test(bad_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
