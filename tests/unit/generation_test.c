// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/generation.h"

#include "config/mode.h"
#include "tests/burst/dpdk.h"
#include "tests/burst/rules.h"

#include <rte_lcore.h>
#include <rte_malloc.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct rule rules[] = {
	{"198.51.100.9", IPPROTO_TCP, 6667, 3, ACTION_DROP},
	{"198.51.100.9", IPPROTO_UDP, 53, 1, ACTION_ALERT},
	{"198.51.100.10", 0, 0, 4, ACTION_DROP},
	{"2001:db8::9", IPPROTO_TCP, 443, 2, ACTION_ALERT},
};

// The complaint that the builder makes of `memfd`, or "" if it makes none. Closes `memfd`.
static const char *complaint(int memfd, uint32_t rule_limit)
{
	static char error[256];
	struct generation_builder *builder;
	int status = 0;

	error[0] = '\0';
	builder = generation_builder_create(memfd, rule_limit, error, sizeof(error));
	close(memfd);
	if (!builder) {
		assert_string_not_equal(error, "");
		return error;
	}
	while (status == 0)
		status = generation_builder_step(builder, 1, error, sizeof(error));
	assert_int_equal(status < 0, error[0] != '\0');
	generation_builder_free(builder);
	return error;
}

static void assert_complaint(struct rules_image *image, const char *expected)
{
	const char *error = complaint(memfd_sealed(image->header, image->size), 1000);

	if (expected[0] ? !strstr(error, expected) : error[0])
		fail_msg("expected \"%s\", got \"%s\"", expected, error);
	assert_null(strchr(error, '\n'));
	free(image->header);
	*image = rules_image_make(rules, ARRAY_SIZE(rules));
}

static struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(text, strlen(text), &address));
	return address;
}

static bool look_up(const struct generation *generation, const char *text, struct listed *listed)
{
	struct address address = address_of(text);
	const struct address *pointer = &address;

	return generation_lookup(generation, &pointer, 1, listed);
}

static void what_is_listed_is_found(void **state)
{
	struct generation *generation = rules_generation(rules, ARRAY_SIZE(rules));
	const struct generation_service *rule;
	struct listed listed;

	(void)state;
	assert_int_equal(generation_header(generation)->service_count, 4);
	assert_true(look_up(generation, "198.51.100.9", &listed));
	assert_int_equal(listed.service_count, 2);
	rule = listed_match(&listed, IPPROTO_TCP, 6667);
	assert_non_null(rule);
	assert_int_equal(rule->level, 3);
	assert_int_equal(
		generation_decision(generation, rule->decision)->cells[1][0].action, ACTION_DROP);
	assert_int_equal(generation_severity(generation, rule->decision), 2);
	assert_int_equal(listed_match(&listed, IPPROTO_UDP, 53)->level, 1);
	assert_null(listed_match(&listed, IPPROTO_TCP, 53));
	assert_null(listed_match(&listed, IPPROTO_UDP, 6667));
	assert_null(listed_match(&listed, IPPROTO_TCP, 0));

	assert_true(look_up(generation, "198.51.100.10", &listed));
	assert_int_equal(listed_match(&listed, IPPROTO_TCP, 1)->level, 4);
	assert_int_equal(listed_match(&listed, IPPROTO_UDP, 65535)->level, 4);
	assert_int_equal(listed_match(&listed, IPPROTO_UDP, 0)->level, 4);
	assert_null(listed_match(&listed, IPPROTO_ICMP, 0));

	assert_true(look_up(generation, "2001:db8::9", &listed));
	assert_non_null(listed_match(&listed, IPPROTO_TCP, 443));
	assert_false(look_up(generation, "198.51.100.8", &listed));
	assert_false(look_up(generation, "2001:db8::", &listed));
	generation_free(generation);
}

// Past one bulk of rte_hash, at a size where overflow buckets come into use.
#define MANY 100000u

static void many_addresses(void **state)
{
	size_t size =
		sizeof(struct generation_header) +
		MANY * (sizeof(struct generation_address) + sizeof(struct generation_service)) +
		sizeof(struct generation_decision); // all zero: alert
	struct generation_header *header = calloc(1, size);
	struct generation_address *addresses = (struct generation_address *)(header + 1);
	struct generation_service *services = (struct generation_service *)(addresses + MANY);
	struct generation_builder *builder;
	struct generation *generation;
	unsigned steps = 1;
	char error[256];
	int memfd;

	(void)state;
	assert_non_null(header);
	*header = (struct generation_header){
		.magic = GENERATION_MAGIC,
		.layout_version = GENERATION_LAYOUT_VERSION,
		.header_size = sizeof(*header),
		.total_size = size,
		.address_count = MANY,
		.service_count = MANY,
		.decision_count = 1,
		.rules_by_level = {0, 0, 0, 0, MANY},
	};
	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t v4 = htonl(0x0b000000u + i * 2);
		struct address address;

		address_from_v4(&address, &v4);
		memcpy(addresses[i].address, address.bytes, 16);
		addresses[i].first_service = i;
		addresses[i].service_count = 1;
		services[i] = (struct generation_service){
			.port = (uint16_t)i, .transport = IPPROTO_TCP, .level = 4};
	}
	memfd = memfd_sealed(header, size);
	builder = generation_builder_create(memfd, MANY, error, sizeof(error));
	close(memfd);
	assert_non_null(builder);
	while (generation_builder_step(builder, 1000, error, sizeof(error)) == 0)
		steps++;
	assert_int_equal(steps, MANY / 1000 + 1);
	generation = generation_builder_finish(builder);
	for (uint32_t base = 0; base < MANY * 2; base += 64) {
		struct address values[64];
		const struct address *pointers[64];
		struct listed listed[64];
		uint64_t mask;

		for (uint32_t i = 0; i < 64; i++) {
			uint32_t v4 = htonl(0x0b000000u + base + i);

			address_from_v4(&values[i], &v4);
			pointers[i] = &values[i];
		}
		mask = generation_lookup(generation, pointers, 64, listed);
		assert_true(mask == 0x5555555555555555u); // the even ones
		for (uint32_t i = 0; i < 64; i += 2)
			assert_int_equal(listed[i].services->port, (uint16_t)((base + i) / 2));
	}
	generation_free(generation);
	free(header);
}

static void several_live_at_once(void **state)
{
	struct generation *old = rules_generation(rules, 1);
	struct generation *new = rules_generation(&rules[3], 1);
	struct listed listed;

	(void)state;
	assert_true(look_up(old, "198.51.100.9", &listed));
	assert_false(look_up(new, "198.51.100.9", &listed));
	assert_true(look_up(new, "2001:db8::9", &listed));
	generation_free(old);
	assert_true(look_up(new, "2001:db8::9", &listed));
	generation_free(new);
}

static size_t heap_in_use(void)
{
	struct rte_malloc_socket_stats stats;

	assert_int_equal(rte_malloc_get_socket_stats((int)rte_socket_id(), &stats), 0);
	return stats.heap_allocsz_bytes;
}

static void nothing_leaks(void **state)
{
	size_t before = heap_in_use();

	(void)state;
	for (int i = 0; i < 50; i++) {
		struct rules_image image = rules_image_make(rules, ARRAY_SIZE(rules));

		generation_free(rules_generation(rules, ARRAY_SIZE(rules)));
		image.services[3].level = 0;
		assert_complaint(&image, "level 0");
		free(image.header);
	}
	assert_int_equal(heap_in_use(), before);
}

static void seals_are_asked_for(void **state)
{
	struct rules_image image = rules_image_make(rules, ARRAY_SIZE(rules));
	static const int seals[] = {F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE};
	int pipes[2];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(seals); i++) {
		int all = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
		int memfd = memfd_create("test", MFD_ALLOW_SEALING);

		assert_int_equal(write(memfd, image.header, image.size), image.size);
		assert_int_equal(fcntl(memfd, F_ADD_SEALS, all & ~seals[i]), 0);
		assert_non_null(strstr(complaint(memfd, 1000), "seals"));
	}
	assert_int_equal(pipe(pipes), 0);
	close(pipes[1]);
	assert_non_null(strstr(complaint(pipes[0], 1000), "not a memfd"));
	free(image.header);
}

static void headers_that_are_wrong(void **state)
{
	struct rules_image image = rules_image_make(rules, ARRAY_SIZE(rules));

	(void)state;
	assert_complaint(&image, "");
	image.header->magic[7] = 'x';
	assert_complaint(&image, "begin with");
	image.header->layout_version++;
	assert_complaint(&image, "layout version 5");
	image.header->header_size++;
	assert_complaint(&image, "header of 137 bytes");
	image.header->cohort = (struct cohort){.trial = 3, .per_mille = 1001};
	assert_complaint(&image, "trial 3 with 1001 per mille, should be 0 to 1000");
	image.header->cohort = (struct cohort){.per_mille = 1};
	assert_complaint(&image, "trial 0 with 1 per mille");
	image.header->cohort = (struct cohort){.trial = 3, .reserved = 1};
	assert_complaint(&image, "trial 3 with 0 per mille");
	image.header->subscriber_count = 1;
	assert_complaint(&image, "its counts need");
	image.header->subscriber_count = UINT32_MAX;
	assert_complaint(&image, "4294967295 ranges of subscribers, should be at most 4000000");
	image.header->rules_by_level[0] = 1;
	assert_complaint(&image, "reserved");
	image.header->reserved = 1;
	assert_complaint(&image, "reserved");
	image.header->decision_count = 3;
	assert_complaint(&image, "its counts need");
	image.header->decision_count = 65536;
	assert_complaint(&image, "65536 decisions, should be at most 65535");
	image.header->total_size++;
	assert_complaint(&image, "the header says");
	image.header->service_count++;
	assert_complaint(&image, "its counts need");
	image.header->service_count = UINT32_MAX;
	assert_complaint(&image, "rule_limit is 1000");
	image.header->address_count = UINT32_MAX;
	assert_complaint(&image, "4294967295 addresses but only 4 rules");
	image.header->rules_by_level[3]++;
	assert_complaint(&image, "level 3");
	image.size--;
	assert_complaint(&image, "its counts need");
	image.size = sizeof(*image.header) - 1;
	assert_complaint(&image, "a header alone");
	image.size = 0;
	assert_complaint(&image, "a header alone");

	assert_non_null(strstr(
		complaint(memfd_sealed(image.header, image.size), 3), "4 rules, rule_limit is 3"));
	free(image.header);
}

static void addresses_that_are_wrong(void **state)
{
	struct rules_image image = rules_image_make(rules, ARRAY_SIZE(rules));

	(void)state;
	memcpy(image.addresses[1].address, image.addresses[0].address, 16);
	assert_complaint(&image, "198.51.100.9 is not greater");
	image.addresses[1].address[0] = 0xff;
	assert_complaint(&image, "is not greater");
	image.addresses[1].first_service++; // a gap
	assert_complaint(&image, "begin at 3, should be 2");
	image.addresses[1].first_service--; // an overlap
	assert_complaint(&image, "begin at 1, should be 2");
	image.addresses[0].first_service = UINT32_MAX;
	assert_complaint(&image, "should be 0");
	image.addresses[0].service_count = 0;
	assert_complaint(&image, "0 rules, should be 1 to 4");
	image.addresses[2].service_count = UINT32_MAX;
	assert_complaint(&image, "should be 1 to 1");
	image.addresses[0].service_count = 1;
	image.addresses[1].first_service = 1;
	image.addresses[2].first_service = 2;
	assert_complaint(&image, "1 of 4 rules belong to no address");
	free(image.header);
}

static void rules_that_are_wrong(void **state)
{
	struct rules_image image = rules_image_make(rules, ARRAY_SIZE(rules));

	(void)state;
	image.services[0].level = 5;
	assert_complaint(&image, "rule 0: level 5");
	image.services[1].transport = IPPROTO_SCTP;
	assert_complaint(&image, "rule 1: transport 132");
	image.services[1].decision = 4;
	assert_complaint(&image, "rule 1: decision 4, should be below 4");
	image.services[0].port = 0; // level 3
	assert_complaint(&image, "rule 0: any port at level 3 is more than alert");
	image.services[1].port = 0; // alert on any port is allowed at any level
	assert_complaint(&image, "");
	image.services[1].port = 0;
	image.decisions[1].cells[EVIDENCE_CONVERSED][2].action = ACTION_DROP; // one cell will do
	assert_complaint(&image, "rule 1: any port at level 1 is more than alert");
	image.services[2].flags = GENERATION_RULE_FLAGS + 1;
	assert_complaint(&image, "rule 2: flags 0x2, should be some of 0x1");
	image.services[2].reserved = 1;
	assert_complaint(&image, "rule 2: reserved");
	free(image.header);
}

static void decisions_that_are_wrong(void **state)
{
	struct rules_image image = rules_image_make(rules, ARRAY_SIZE(rules));

	(void)state;
	image.decisions[3].cells[3][15].action = ACTION_COUNT;
	assert_complaint(&image, "decision 3: cell 63: action 5, should be below 5");
	image.decisions[0].cells[1][0].mode = MODE_COUNT;
	assert_complaint(&image, "decision 0: cell 16: mode 3, should be below 3");
	for (uint8_t flags = 0; flags < GENERATION_FLAG_SETS; flags++) {
		image.decisions[0].cells[2][flags].action = ACTION_DROP;
		assert_complaint(&image, flags & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT)
						 ? "who opted out or is exempt, should be alert"
						 : "");
	}
	image.decisions[1].police_pps = 1;
	assert_complaint(&image, "decision 1: 1 packets per second, 0 at once, should be 0");
	image.decisions[1].police_burst = 1;
	assert_complaint(&image, "should be 0 where no cell polices");
	image.decisions[2].refuse_udp = 2;
	assert_complaint(&image, "decision 2: refuse_udp 2, should be 0 or 1");
	image.decisions[2].refuse_udp = 1;
	assert_complaint(&image, "");
	image.decisions[2].sinkhole_else = ACTION_RESET;
	assert_complaint(&image, "sinkhole_else 3, should be 0 (alert) or 2 (drop)");
	image.decisions[2].sinkhole_else = ACTION_DROP;
	assert_complaint(&image, "");
	for (size_t i = 0; i < sizeof(image.decisions[0].reserved); i++) {
		image.decisions[2].reserved[i] = 1;
		assert_complaint(&image, "decision 2: reserved");
	}
	free(image.header);
}

static void no_rules_at_all(void **state)
{
	struct generation *generation = rules_generation(rules, 0);
	struct listed listed;

	(void)state;
	assert_false(look_up(generation, "198.51.100.9", &listed));
	generation_free(generation);
	generation_free(NULL);
	generation_builder_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_listed_is_found),
		cmocka_unit_test(many_addresses),
		cmocka_unit_test(several_live_at_once),
		cmocka_unit_test(nothing_leaks),
		cmocka_unit_test(seals_are_asked_for),
		cmocka_unit_test(headers_that_are_wrong),
		cmocka_unit_test(addresses_that_are_wrong),
		cmocka_unit_test(rules_that_are_wrong),
		cmocka_unit_test(decisions_that_are_wrong),
		cmocka_unit_test(no_rules_at_all),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
