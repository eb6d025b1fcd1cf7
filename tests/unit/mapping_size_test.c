// SPDX-License-Identifier: BSD-3-Clause
//
// A large network: 1,000,000 delegated prefixes and 100,000 pairs of VLANs in one file, in the
// order of an export by subscriber, which is not that of the keys.
#include "control/subscriber/identity.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/scratch.h"

#include <inttypes.h>
#include <unistd.h>

#define PREFIXES   1000000u
#define PAIRS      100000u
#define MULTIPLIER 617 // has no divisor in common with PREFIXES

// What sekisho-subscribers(5) promises, with all that is needed on the way.
#define MEMORY_MAX_KB (200 * 1024L)

static struct config config = {.links = {{.name = "edge0"}}, .link_count = 1};

// Prefix number i lies at 2001:db8:0::/56 + 2 i: none is the neighbour of another.
static struct subscriber_key prefix_key(uint32_t i)
{
	const uint64_t bits = UINT64_C(0x20010db800000000) + ((uint64_t)i << 9);
	struct subscriber_key key = {.kind = SUBSCRIBER_ADDRESS, .length = 56};

	for (int byte = 0; byte < 8; byte++)
		key.address.bytes[byte] = (uint8_t)(bits >> (56 - 8 * byte));
	return key;
}

static struct subscriber_key pair_key(uint32_t i)
{
	const struct link_ids ids = {
		.outer_vlan = (uint16_t)(1 + i / 4000), .inner_vlan = (uint16_t)(1 + i % 4000)};

	return subscriber_key_on_link(SUBSCRIBER_VLAN, &ids);
}

static void write_file(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs("subscriber,prefix,link,vlan\n", file);
	for (uint32_t n = 0; n < PREFIXES; n++) {
		const uint32_t i = (uint32_t)((uint64_t)n * MULTIPLIER % PREFIXES);
		const struct subscriber_key key = prefix_key(i);
		char text[SUBSCRIBER_KEY_TEXT_SIZE];

		subscriber_key_format(&key, NULL, text);
		fprintf(file, "CUST-%08" PRIu32 ",%s,,\n", i, text);
	}
	for (uint32_t i = 0; i < PAIRS; i++)
		fprintf(file, "LINE-%08" PRIu32 ",,edge0,%u.%u\n", i, 1 + i / 4000, 1 + i % 4000);
	assert_int_equal(fclose(file), 0);
}

// The most memory that this process ever had, in kB.
static long peak_kb(void)
{
	static const char name[] = "VmHWM:";
	FILE *status = fopen("/proc/self/status", "r");
	char line[128];
	long kb = -1;

	assert_non_null(status);
	while (fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			kb = strtol(line + strlen(name), NULL, 10);
	fclose(status);
	return kb;
}

static void assert_resolved(
	const struct identity *identity, struct subscriber_key key, const char *name, uint32_t i)
{
	struct identity_result result;
	char expected[32];

	snprintf(expected, sizeof(expected), "%s-%08" PRIu32, name, i);
	identity_resolve(identity, NULL, &key, "edge0", 0, &result);
	assert_true(result.known);
	assert_string_equal(result.subscriber, expected);
}

static void a_large_network(void **state)
{
	const struct scratch scratch = scratch_make();
	struct mapping_file *file;
	struct mapping *mapping;
	struct identity *identity;
	struct identity_result result;
	struct subscriber_key between;
	char path[PATH_MAX], error[512] = "";

	(void)state;
	scratch_path(&scratch, "subscribers.csv", path);
	write_file(path);
	file = mapping_file_read(path, &config, NULL, error, sizeof(error));
	if (file == NULL) {
		fail_msg("%s", error);
		abort(); // fail_msg does not return, which its header does not say
	}
	assert_int_equal(file->count, PREFIXES + PAIRS);
	assert_int_equal(file->rejected, 0);
	mapping = mapping_create(&file, 1, &config, NULL);
	mapping_file_release(file);
	assert_non_null(mapping);
	assert_int_equal(mapping_keys(mapping), PREFIXES + PAIRS);
	identity = identity_create(mapping, translation_create(NULL, 0, &config.subscribers));
	for (uint32_t i = 0; i < PREFIXES; i += 97)
		assert_resolved(identity, prefix_key(i), "CUST", i);
	assert_resolved(identity, prefix_key(PREFIXES - 1), "CUST", PREFIXES - 1);
	for (uint32_t i = 0; i < PAIRS; i += 7)
		assert_resolved(identity, pair_key(i), "LINE", i);
	between = prefix_key(1);
	between.address.bytes[6] = 1;
	identity_resolve(identity, NULL, &between, NULL, 0, &result);
	assert_false(result.known);
	print_message("at most %ld kB\n", peak_kb());
#ifndef __SANITIZE_ADDRESS__ // which takes memory of its own for every byte
	assert_in_range(peak_kb(), 1, MEMORY_MAX_KB);
#endif
	identity_release(identity);
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_large_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
