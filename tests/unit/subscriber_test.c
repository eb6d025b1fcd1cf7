// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/subscriber.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define OUTSIDE "192.0.2.1"
#define INSIDE  "100.64.0.7"
#define HOME    "192.168.1.10"
#define AFTR    "2001:db9::1"

static struct address address_of(const char *text)
{
	struct address address;

	assert_true(address_parse(text, strlen(text), &address));
	return address;
}

// Subscribers are 100.64.0.0/10 and 2001:db8::/32; both of the two links have the key of `link`.
static struct subscribers *subscribers_of(
	const struct config_link *link, uint8_t v4_length, uint8_t v6_length, uint32_t port_block)
{
	static const char *const texts[] = {"100.64.0.0/10", "2001:db8::/32"};
	struct prefix prefixes[2];
	const struct config config = {
		.links = {*link, *link},
		.link_count = 2,
		.subscribers =
			{
				.prefixes = prefixes,
				.prefix_count = 2,
				.v4_length = v4_length,
				.v6_length = v6_length,
				.port_block = port_block,
			},
	};
	struct subscribers *subscribers;

	for (size_t i = 0; i < 2; i++)
		assert_true(prefix_parse(texts[i], strlen(texts[i]), &prefixes[i]));
	subscribers = subscribers_create(&config);
	assert_non_null(subscribers);
	return subscribers;
}

static struct subscribers *subscribers_by(enum link_key key)
{
	const struct config_link link = {.subscriber_key = key};

	return subscribers_of(&link, 32, 56, 1024);
}

static struct packet packet_of(const char *source, const char *destination)
{
	return (struct packet){
		.source = address_of(source),
		.destination = address_of(destination),
		.source_port = 40000,
		.destination_port = 6667,
		.has_addresses = true,
	};
}

static void wrap(struct packet *packet, enum encapsulation_kind kind, uint32_t id)
{
	packet->encapsulations[packet->encapsulation_count++] =
		(struct encapsulation){.kind = (uint8_t)kind, .id = id};
}

static void tunnel(struct packet *packet, const char *source, const char *destination)
{
	wrap(packet, ENCAPSULATION_IPV6, 0);
	packet->outers[packet->outer_count++] = (struct outer){
		.source = address_of(source), .destination = address_of(destination)};
}

// The subscriber's key as text, else the name of the counter.
static const char *key_text(const struct subscribers *subscribers, size_t link,
	const struct packet *packet, enum direction direction)
{
	static char text[SUBSCRIBER_KEY_TEXT_SIZE];
	struct subscriber subscriber;
	enum counter reason = subscriber_find(subscribers, link, packet, direction, &subscriber);

	if (reason)
		return counter_infos[reason].name;
	subscriber_key_format(&subscriber.key, link ? "edge1" : "edge0", text);
	return text;
}

static const char *between(const struct subscribers *subscribers, const char *source,
	const char *destination, enum direction direction)
{
	const struct packet packet = packet_of(source, destination);

	return key_text(subscribers, 0, &packet, direction);
}

static void the_direction_tells_the_side(void **state)
{
	struct subscribers *subscribers = subscribers_by(LINK_KEY_ADDRESS);

	(void)state;
	assert_string_equal(between(subscribers, INSIDE, OUTSIDE, DIRECTION_UP), INSIDE);
	assert_string_equal(between(subscribers, INSIDE, OUTSIDE, DIRECTION_DOWN), "foreign");
	assert_string_equal(between(subscribers, OUTSIDE, INSIDE, DIRECTION_DOWN), INSIDE);
	assert_string_equal(between(subscribers, OUTSIDE, INSIDE, DIRECTION_UP), "spoofed");
	assert_string_equal(
		between(subscribers, INSIDE, "100.127.255.255", DIRECTION_DOWN), "100.127.255.255");
	assert_string_equal(between(subscribers, "100.128.0.0", OUTSIDE, DIRECTION_UP), "spoofed");
	subscribers_free(subscribers);
	subscribers_free(NULL);
}

static void keys_are_masked_by_family(void **state)
{
	const struct config_link link = {.subscriber_key = LINK_KEY_ADDRESS};
	struct subscribers *subscribers = subscribers_of(&link, 24, 56, 1024);
	struct packet packet = packet_of("100.64.5.7", OUTSIDE);
	struct subscriber subscriber;

	(void)state;
	assert_string_equal(
		between(subscribers, "100.64.5.7", OUTSIDE, DIRECTION_UP), "100.64.5.0/24");
	assert_string_equal(between(subscribers, "2001:db8:1:23ff::7", OUTSIDE, DIRECTION_UP),
		"2001:db8:1:2300::/56");
	// What flags are looked up by is not masked.
	assert_int_equal(subscriber_find(subscribers, 0, &packet, DIRECTION_UP, &subscriber), 0);
	assert_int_equal(address_compare(&subscriber.address, &packet.source), 0);
	assert_int_equal(subscriber.port, 0);
	subscribers_free(subscribers);

	subscribers = subscribers_of(&link, 32, 128, 1024);
	assert_string_equal(
		between(subscribers, "2001:db8::7", OUTSIDE, DIRECTION_UP), "2001:db8::7");
	subscribers_free(subscribers);
}

static void nobody_is_a_subscriber_without_prefixes(void **state)
{
	const struct config config = {
		.link_count = 1,
		.subscribers = {.v4_length = 32, .v6_length = 56, .port_block = 1},
	};
	struct subscribers *subscribers = subscribers_create(&config);

	(void)state;
	assert_non_null(subscribers);
	assert_string_equal(between(subscribers, INSIDE, OUTSIDE, DIRECTION_UP), "spoofed");
	assert_string_equal(between(subscribers, OUTSIDE, INSIDE, DIRECTION_DOWN), "foreign");
	subscribers_free(subscribers);
}

static void ports_tell_who_shares_an_address(void **state)
{
	static const struct {
		uint32_t block;
		uint16_t port;
		const char *text;
	} cases[] = {
		{1024, 1023, "100.64.0.7:0-1023"},
		{1024, 1024, "100.64.0.7:1024-2047"},
		{1024, 65535, "100.64.0.7:64512-65535"},
		{1, 40000, "100.64.0.7:40000"},
		{65536, 1, "100.64.0.7:0-65535"},
		{1024, 0, "no_port"},
	};
	const struct config_link link = {.subscriber_key = LINK_KEY_ADDRESS_PORT};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct subscribers *subscribers = subscribers_of(&link, 24, 56, cases[i].block);
		struct packet up = packet_of(INSIDE, OUTSIDE), down = packet_of(OUTSIDE, INSIDE);
		struct subscriber subscriber;

		up.source_port = down.destination_port = cases[i].port;
		assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_UP), cases[i].text);
		assert_string_equal(key_text(subscribers, 0, &down, DIRECTION_DOWN), cases[i].text);
		if (!subscriber_find(subscribers, 0, &down, DIRECTION_DOWN, &subscriber))
			assert_int_equal(subscriber.port, cases[i].port);
		up = packet_of(OUTSIDE, INSIDE);
		up.source_port = cases[i].port;
		assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_UP), "spoofed");
		up = packet_of("2001:db8::1:7", OUTSIDE); // shared by nobody
		up.source_port = cases[i].port;
		assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_UP), "2001:db8::/56");
		subscribers_free(subscribers);
	}
}

static void tunnels_tell_the_household(void **state)
{
	struct subscribers *subscribers = subscribers_by(LINK_KEY_OUTER);
	struct packet up = packet_of(HOME, OUTSIDE), down = packet_of(OUTSIDE, HOME);
	struct subscriber subscriber;

	(void)state;
	assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_UP), "spoofed");
	tunnel(&up, "2001:db8:1:2345::b4", AFTR);
	tunnel(&down, AFTR, "2001:db8:1:2345::b4");
	assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_UP), "2001:db8:1:2300::/56");
	assert_string_equal(
		key_text(subscribers, 0, &down, DIRECTION_DOWN), "2001:db8:1:2300::/56");
	assert_int_equal(subscriber_find(subscribers, 0, &up, DIRECTION_UP, &subscriber), 0);
	assert_int_equal(address_compare(&subscriber.address, &up.outers[0].source), 0);
	assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_DOWN), "foreign");
	assert_string_equal(key_text(subscribers, 0, &down, DIRECTION_UP), "spoofed");
	// The nearest of several.
	tunnel(&up, "2001:db8:9::b4", AFTR);
	assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_UP), "2001:db8:9::/56");
	// The same household, without a tunnel.
	assert_string_equal(between(subscribers, "2001:db8:1:2301::5", OUTSIDE, DIRECTION_UP),
		"2001:db8:1:2300::/56");
	assert_string_equal(between(subscribers, INSIDE, OUTSIDE, DIRECTION_UP), INSIDE);
	subscribers_free(subscribers);

	// Elsewhere tunnels change nothing.
	subscribers = subscribers_by(LINK_KEY_ADDRESS);
	assert_string_equal(key_text(subscribers, 0, &up, DIRECTION_UP), "spoofed");
	subscribers_free(subscribers);
}

// Both directions of a packet of INSIDE in what `model` is in.
static const char *wrapped(
	const struct subscribers *subscribers, size_t link, const struct packet *model)
{
	struct packet up = *model, down = *model;
	const char *text;

	up.source = down.destination = address_of(INSIDE);
	up.destination = down.source = address_of(OUTSIDE);
	assert_string_equal(key_text(subscribers, link, &down, DIRECTION_UP),
		strcmp(key_text(subscribers, link, &up, DIRECTION_UP), "foreign") ? "spoofed"
										  : "foreign");
	assert_string_equal(key_text(subscribers, link, &up, DIRECTION_DOWN), "foreign");
	text = strdupa(key_text(subscribers, link, &up, DIRECTION_UP));
	assert_string_equal(key_text(subscribers, link, &down, DIRECTION_DOWN), text);
	return key_text(subscribers, link, &down, DIRECTION_DOWN);
}

static void tags_tell_the_line(void **state)
{
	struct vlan_range ranges[2];
	const struct config_link outer = {
		.subscriber_key = LINK_KEY_VLAN, .vlans = ranges, .vlan_count = 2};
	const struct config_link pair = {
		.subscriber_key = LINK_KEY_VLAN_PAIR, .vlans = ranges, .vlan_count = 2};
	struct subscribers *by_vlan, *by_pair, *by_any = subscribers_by(LINK_KEY_VLAN_PAIR);
	struct packet packet = {0};

	(void)state;
	assert_true(vlan_range_parse("100-199", &ranges[0]));
	assert_true(vlan_range_parse("300-310.7-9", &ranges[1]));
	by_vlan = subscribers_of(&outer, 32, 56, 1024);
	by_pair = subscribers_of(&pair, 32, 56, 1024);

	assert_string_equal(wrapped(by_vlan, 0, &packet), "foreign");
	assert_string_equal(wrapped(by_pair, 0, &packet), "foreign");
	wrap(&packet, ENCAPSULATION_VLAN, 0); // a priority, no VLAN
	assert_string_equal(wrapped(by_vlan, 0, &packet), "foreign");
	wrap(&packet, ENCAPSULATION_VLAN, 100);
	assert_string_equal(wrapped(by_vlan, 0, &packet), "edge0/vlan:100");
	assert_string_equal(wrapped(by_vlan, 1, &packet), "edge1/vlan:100");
	assert_string_equal(wrapped(by_pair, 0, &packet), "foreign");
	wrap(&packet, ENCAPSULATION_VLAN, 200);
	wrap(&packet, ENCAPSULATION_VLAN, 300);
	assert_string_equal(wrapped(by_vlan, 1, &packet), "edge1/vlan:100");
	assert_string_equal(wrapped(by_pair, 1, &packet), "edge1/vlan:100.200");
	assert_string_equal(wrapped(by_any, 0, &packet), "edge0/vlan:100.200");
	packet.encapsulations[1].id = 305;
	assert_string_equal(wrapped(by_vlan, 0, &packet), "edge0/vlan:305");
	assert_string_equal(wrapped(by_pair, 0, &packet), "foreign");
	packet.encapsulations[2].id = 9;
	assert_string_equal(wrapped(by_pair, 0, &packet), "edge0/vlan:305.9");
	packet.encapsulations[2].id = 10;
	assert_string_equal(wrapped(by_pair, 0, &packet), "foreign");
	packet.encapsulations[1].id = 200;
	assert_string_equal(wrapped(by_vlan, 0, &packet), "foreign");
	assert_string_equal(wrapped(by_any, 0, &packet), "edge0/vlan:200.10");

	// A tag in a tunnel is somebody else's.
	packet = (struct packet){0};
	wrap(&packet, ENCAPSULATION_IPV4, 0);
	wrap(&packet, ENCAPSULATION_VXLAN, 5);
	wrap(&packet, ENCAPSULATION_VLAN, 100);
	assert_string_equal(wrapped(by_vlan, 0, &packet), "foreign");
	subscribers_free(by_any);
	subscribers_free(by_pair);
	subscribers_free(by_vlan);
}

static void sessions_tell_the_customer(void **state)
{
	struct vlan_range range;
	const struct config_link link = {
		.subscriber_key = LINK_KEY_PPPOE, .vlans = &range, .vlan_count = 1};
	struct subscribers *any = subscribers_by(LINK_KEY_PPPOE), *some;
	struct packet packet = {0};

	(void)state;
	assert_true(vlan_range_parse("100", &range));
	some = subscribers_of(&link, 32, 56, 1024);
	assert_string_equal(wrapped(any, 0, &packet), "foreign");
	wrap(&packet, ENCAPSULATION_PPPOE, 7);
	assert_string_equal(wrapped(any, 0, &packet), "edge0/pppoe:7");
	assert_string_equal(wrapped(some, 0, &packet), "foreign");
	packet = (struct packet){0};
	wrap(&packet, ENCAPSULATION_VLAN, 100);
	wrap(&packet, ENCAPSULATION_PPPOE, 65534);
	assert_string_equal(wrapped(some, 1, &packet), "edge1/vlan:100/pppoe:65534");
	packet = (struct packet){0};
	wrap(&packet, ENCAPSULATION_VLAN, 100);
	wrap(&packet, ENCAPSULATION_VLAN, 200);
	wrap(&packet, ENCAPSULATION_PPPOE, 7);
	assert_string_equal(wrapped(some, 0, &packet), "edge0/vlan:100.200/pppoe:7");
	packet = (struct packet){0};
	wrap(&packet, ENCAPSULATION_VLAN, 100);
	assert_string_equal(wrapped(some, 0, &packet), "foreign");
	// L2TP carries others' sessions.
	wrap(&packet, ENCAPSULATION_IPV4, 0);
	wrap(&packet, ENCAPSULATION_PPPOE, 7);
	assert_string_equal(wrapped(some, 0, &packet), "foreign");
	subscribers_free(some);
	subscribers_free(any);
}

static void labels_tell_the_circuit(void **state)
{
	struct id_range range;
	const struct config_link link = {
		.subscriber_key = LINK_KEY_MPLS, .labels = &range, .label_count = 1};
	struct subscribers *any = subscribers_by(LINK_KEY_MPLS), *some;
	struct packet packet = {0};

	(void)state;
	assert_true(label_range_parse("1000-1999", &range));
	some = subscribers_of(&link, 32, 56, 1024);
	assert_string_equal(wrapped(any, 0, &packet), "foreign");
	wrap(&packet, ENCAPSULATION_MPLS, 3); // implicit null: no label
	assert_string_equal(wrapped(any, 0, &packet), "foreign");
	wrap(&packet, ENCAPSULATION_MPLS, 16000);
	assert_string_equal(wrapped(any, 0, &packet), "edge0/mpls:16000");
	assert_string_equal(wrapped(some, 0, &packet), "foreign");
	wrap(&packet, ENCAPSULATION_MPLS, 1999);
	assert_string_equal(wrapped(some, 1, &packet), "edge1/mpls:1999");
	wrap(&packet, ENCAPSULATION_PSEUDOWIRE, 1);
	wrap(&packet, ENCAPSULATION_VLAN, 5);
	assert_string_equal(wrapped(some, 0, &packet), "edge0/mpls:1999");
	packet.encapsulation_count = 3;
	wrap(&packet, ENCAPSULATION_MPLS, 7); // entropy label indicator
	wrap(&packet, ENCAPSULATION_MPLS, 1234);
	assert_string_equal(wrapped(some, 0, &packet), "edge0/mpls:1999");
	packet.encapsulations[3].id = 15; // extension
	packet.encapsulations[4].id = 7;
	wrap(&packet, ENCAPSULATION_MPLS, 1002);
	assert_string_equal(wrapped(some, 0, &packet), "edge0/mpls:1002");
	subscribers_free(some);
	subscribers_free(any);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_direction_tells_the_side),
		cmocka_unit_test(keys_are_masked_by_family),
		cmocka_unit_test(nobody_is_a_subscriber_without_prefixes),
		cmocka_unit_test(ports_tell_who_shares_an_address),
		cmocka_unit_test(tunnels_tell_the_household),
		cmocka_unit_test(tags_tell_the_line),
		cmocka_unit_test(sessions_tell_the_customer),
		cmocka_unit_test(labels_tell_the_circuit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
