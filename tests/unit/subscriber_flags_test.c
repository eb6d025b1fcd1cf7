// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/subscriber_flags.h"

#include "config/config.h"
#include "tests/burst/dpdk.h"
#include "tests/burst/rules.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct rule rules[] = {
	{"198.51.100.9", IPPROTO_TCP, 6667, 3, ACTION_DROP},
	{"2001:db8::9", IPPROTO_TCP, 443, 2, ACTION_ALERT},
};

static const struct rule_subscriber subscribers[] = {
	{.kind = SUBSCRIBER_ADDRESS, .first = "100.64.0.7", .flags = SUBSCRIBER_FLAG_OPT_OUT},
	{.kind = SUBSCRIBER_ADDRESS,
		.first = "100.64.1.0",
		.last = "100.64.1.255",
		.flags = SUBSCRIBER_FLAG_EXEMPT | SUBSCRIBER_FLAG_WATCH},
	{.kind = SUBSCRIBER_PORTS,
		.first = "100.64.0.7",
		.first_port = 1024,
		.last_port = 2047,
		.flags = SUBSCRIBER_FLAG_CONSENTED},
	{.kind = SUBSCRIBER_PORTS,
		.first = "100.64.0.7",
		.last = "100.64.0.9",
		.first_port = 4096,
		.last_port = 99,
		.flags = SUBSCRIBER_FLAG_WATCH},
	{.kind = SUBSCRIBER_VLAN,
		.ids = {.link = 1, .outer_vlan = 100},
		.last_ids = {.link = 1, .outer_vlan = 100, .inner_vlan = 200},
		.flags = SUBSCRIBER_FLAG_EXEMPT},
	{.kind = SUBSCRIBER_SESSION, .ids = {.session = 7}, .flags = SUBSCRIBER_FLAG_OPT_OUT},
	{.kind = SUBSCRIBER_LABEL,
		.ids = {.link = CONFIG_LINKS_MAX - 1, .label = 1000},
		.flags = SUBSCRIBER_FLAG_WATCH},
};

static struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(text, strlen(text), &address));
	return address;
}

static uint8_t flags_of_address(const struct generation *generation, enum subscriber_key_kind kind,
	const char *text, uint16_t port)
{
	const struct address address = address_of(text);

	return generation_subscriber_flags(generation, kind, &address, port);
}

static uint8_t flags_of_ids(const struct generation *generation, enum subscriber_key_kind kind,
	const struct link_ids *ids)
{
	const struct subscriber_key key = subscriber_key_on_link(kind, ids);

	return generation_subscriber_flags(generation, kind, &key.address, 0);
}

static void flags_reach_whom_they_name(void **state)
{
	static const struct {
		enum subscriber_key_kind kind;
		const char *address;
		uint16_t port;
		uint8_t flags;
	} cases[] = {
		{SUBSCRIBER_ADDRESS, "100.64.0.6", 0, 0},
		{SUBSCRIBER_ADDRESS, "100.64.0.7", 0, SUBSCRIBER_FLAG_OPT_OUT},
		{SUBSCRIBER_ADDRESS, "100.64.0.8", 0, 0},
		{SUBSCRIBER_ADDRESS, "100.64.0.255", 0, 0},
		{SUBSCRIBER_ADDRESS, "100.64.1.0", 0,
			SUBSCRIBER_FLAG_EXEMPT | SUBSCRIBER_FLAG_WATCH},
		{SUBSCRIBER_ADDRESS, "100.64.1.255", 0,
			SUBSCRIBER_FLAG_EXEMPT | SUBSCRIBER_FLAG_WATCH},
		{SUBSCRIBER_ADDRESS, "100.64.2.0", 0, 0}, {SUBSCRIBER_ADDRESS, "2001:db8::", 0, 0},
		{SUBSCRIBER_ADDRESS, "::", 0, 0}, {SUBSCRIBER_PORTS, "100.64.0.7", 1023, 0},
		{SUBSCRIBER_PORTS, "100.64.0.7", 1024, SUBSCRIBER_FLAG_CONSENTED},
		{SUBSCRIBER_PORTS, "100.64.0.7", 2047, SUBSCRIBER_FLAG_CONSENTED},
		{SUBSCRIBER_PORTS, "100.64.0.7", 2048, 0},
		{SUBSCRIBER_PORTS, "100.64.0.7", 4095, 0},
		{SUBSCRIBER_PORTS, "100.64.0.7", 65535, SUBSCRIBER_FLAG_WATCH},
		{SUBSCRIBER_PORTS, "100.64.0.8", 0, SUBSCRIBER_FLAG_WATCH},
		{SUBSCRIBER_PORTS, "100.64.0.9", 99, SUBSCRIBER_FLAG_WATCH},
		{SUBSCRIBER_PORTS, "100.64.0.9", 100, 0},
		{SUBSCRIBER_PORTS, "100.64.1.7", 1, 0}, // an address's flags are not its ports'
	};
	struct generation *generation = rules_generation_with(
		rules, ARRAY_SIZE(rules), subscribers, ARRAY_SIZE(subscribers));
	struct link_ids ids = {.link = 1, .outer_vlan = 100};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(flags_of_address(generation, cases[i].kind, cases[i].address,
					 cases[i].port),
			cases[i].flags);
	assert_int_equal(flags_of_ids(generation, SUBSCRIBER_VLAN, &ids), SUBSCRIBER_FLAG_EXEMPT);
	ids.inner_vlan = 200;
	assert_int_equal(flags_of_ids(generation, SUBSCRIBER_VLAN, &ids), SUBSCRIBER_FLAG_EXEMPT);
	ids.inner_vlan = 201;
	assert_int_equal(flags_of_ids(generation, SUBSCRIBER_VLAN, &ids), 0);
	ids = (struct link_ids){.link = 0, .outer_vlan = 100};
	assert_int_equal(flags_of_ids(generation, SUBSCRIBER_VLAN, &ids), 0);
	ids = (struct link_ids){.session = 7};
	assert_int_equal(
		flags_of_ids(generation, SUBSCRIBER_SESSION, &ids), SUBSCRIBER_FLAG_OPT_OUT);
	ids.outer_vlan = 1;
	assert_int_equal(flags_of_ids(generation, SUBSCRIBER_SESSION, &ids), 0);
	ids = (struct link_ids){.link = CONFIG_LINKS_MAX - 1, .label = 1000};
	assert_int_equal(flags_of_ids(generation, SUBSCRIBER_LABEL, &ids), SUBSCRIBER_FLAG_WATCH);
	generation_free(generation);

	generation = rules_generation(rules, ARRAY_SIZE(rules));
	assert_int_equal(flags_of_address(generation, SUBSCRIBER_ADDRESS, "100.64.0.7", 0), 0);
	generation_free(generation);

	// Nobody is listed, but somebody said something.
	generation = rules_generation_with(rules, 0, subscribers, 1);
	assert_int_equal(flags_of_address(generation, SUBSCRIBER_ADDRESS, "100.64.0.7", 0),
		SUBSCRIBER_FLAG_OPT_OUT);
	generation_free(generation);
}

// The complaint that the builder makes of the image, or "" if it makes none; then the image is made
// anew.
static void assert_complaint(struct rules_image *image, const char *expected)
{
	int memfd = memfd_sealed(image->header, image->size), status = 0;
	char error[256] = "";
	struct generation_builder *builder =
		generation_builder_create(memfd, 1000, error, sizeof(error));

	close(memfd);
	while (builder && status == 0)
		status = generation_builder_step(builder, 1, error, sizeof(error));
	generation_builder_free(builder);
	if (expected[0] ? !strstr(error, expected) : error[0])
		fail_msg("expected \"%s\", got \"%s\"", expected, error);
	assert_null(strchr(error, '\n'));
	free(image->header);
	*image = rules_image_make_with(
		rules, ARRAY_SIZE(rules), subscribers, ARRAY_SIZE(subscribers));
}

static void subscribers_that_are_wrong(void **state)
{
	struct rules_image image = rules_image_make_with(
		rules, ARRAY_SIZE(rules), subscribers, ARRAY_SIZE(subscribers));
	struct generation_subscriber first;

	(void)state;
	assert_complaint(&image, "");
	image.subscribers[6].kind = SUBSCRIBER_KINDS;
	assert_complaint(&image, "range 6 of subscribers: kind 5, should be below 5");
	image.subscribers[0].flags = 0;
	assert_complaint(&image, "range 0 of subscribers: flags 0x0");
	image.subscribers[1].flags = 0x41;
	assert_complaint(&image, "flags 0x41, should be some of 0x3f");
	image.subscribers[2].reserved[0] = 1;
	assert_complaint(&image, "range 2 of subscribers: reserved");
	image.subscribers[2].reserved[1] = 1;
	assert_complaint(&image, "range 2 of subscribers: reserved");
	image.subscribers[1].first_port = 1;
	assert_complaint(&image, "ports 1 to 65535, should be 0 to 65535 for kind 0");
	image.subscribers[4].last_port = 0;
	assert_complaint(&image, "ports 0 to 0, should be 0 to 65535 for kind 2");
	image.subscribers[6].last.bytes[1] = CONFIG_LINKS_MAX;
	assert_complaint(&image, "link 15 to 16, should be below 16");
	image.subscribers[4].first.bytes[0] = 1;
	assert_complaint(&image, "link 257 to 1, should be below 16");
	image.subscribers[1].last = image.subscribers[0].first;
	assert_complaint(&image, "range 1 of subscribers: ends before it begins");
	image.subscribers[2].last_port = 1023;
	assert_complaint(&image, "range 2 of subscribers: ends before it begins");
	image.subscribers[1].first = image.subscribers[0].last; // an overlap of one
	assert_complaint(&image, "range 1 of subscribers: does not begin behind");
	image.subscribers[3].first_port = 2047;
	assert_complaint(&image, "range 3 of subscribers: does not begin behind");
	image.subscribers[3].first_port = 2048; // next to each other
	assert_complaint(&image, "");
	first = image.subscribers[0];
	image.subscribers[0] = image.subscribers[1];
	image.subscribers[1] = first;
	assert_complaint(&image, "range 1 of subscribers: does not begin behind");
	image.subscribers[1].kind = SUBSCRIBER_LABEL;
	image.subscribers[1].first = image.subscribers[1].last = (struct address){{0}};
	assert_complaint(&image, "range 2 of subscribers: does not begin behind");
	image.size -= sizeof(struct generation_subscriber);
	assert_complaint(&image, "its counts need");
	free(image.header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_reach_whom_they_name),
		cmocka_unit_test(subscribers_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
