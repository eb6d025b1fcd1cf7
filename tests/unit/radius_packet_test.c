// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/accounting_packet.h"

#include <stdio.h>
#include <stdlib.h>

// A NAS and its server, as captured; their secret was "secret".
static const char captured_request[] = "043600a55151aeb036e3404bb68da9467d5a054c2c13343531383539454"
				       "42d30303030303030352806000000022d"
				       "060000000101067465737404060a010c140506000000001e1f30302d303"
				       "22d36462d32312d45432d35323a435243"
				       "6e65742d746573741f1330302d30322d36462d32312d45432d35463d060"
				       "00000134d16434f4e4e45435420304d62"
				       "7073203830322e31312e0600000002370645185b75310600000001";
static const char captured_response[] = "05360014cfbc7687c436021c1461cb359bd5cdd4";
// Made by another implementation: Message-Authenticator, two Proxy-States.
static const char signed_request[] = "0407003e95df2bda278ff7048dc4453ef87514a82806000000012c0473315"
				     "012e83fb9aeb85bbda611a1e41ee9b6"
				     "884a210561626321037a0806c0000207";
static const char signed_response[] = "0507001c5efb464c88f9aba7640e4e32a0f30a9e210561626321037a";

static const struct radius_secret captured_secret = {(const uint8_t *)"secret", 6};

static size_t from_hex(const char *hex, uint8_t *bytes)
{
	size_t length = 0;

	for (; hex[2 * length] != '\0'; length++) {
		const char byte[] = {hex[2 * length], hex[2 * length + 1], '\0'};

		bytes[length] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return length;
}

// In memory of exactly its size, so that a byte too far is seen.
static enum radius_reason read_packet(const uint8_t *bytes, size_t size,
	const struct radius_secret *secret, struct radius_request *request)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);
	enum radius_reason reason;
	size_t length = 0;

	assert_non_null(copy);
	memset(request, 0, sizeof(*request));
	memcpy(copy, bytes, size);
	reason = radius_check(copy, size, secret, &length);
	if (reason == RADIUS_NO_REASON)
		reason = radius_parse(copy, length, secret, request);
	free(copy);
	return reason;
}

static enum radius_reason read_signed(
	struct accounting_packet *packet, struct radius_request *request)
{
	accounting_sign(packet);
	return read_packet(packet->bytes, packet->length, &accounting_secret, request);
}

static void assert_reason(enum radius_reason got, enum radius_reason want)
{
	assert_string_equal(radius_reasons[got].name, radius_reasons[want].name);
}

static void assert_addresses(const struct radius_request *request, const char *expected)
{
	char text[1024] = "";
	size_t used = 0;

	for (size_t i = 0; i < request->address_count; i++) {
		char prefix[PREFIX_TEXT_SIZE];

		prefix_format(&request->addresses[i].prefix, prefix);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s:%d", i ? " " : "",
			prefix, request->addresses[i].source);
	}
	assert_string_equal(text, expected);
}

static void a_captured_request_is_understood(void **state)
{
	uint8_t bytes[512];
	const size_t size = from_hex(captured_request, bytes);
	struct radius_request request;
	char nas[ADDRESS_TEXT_SIZE];

	(void)state;
	assert_reason(read_packet(bytes, size, &captured_secret, &request), RADIUS_NO_REASON);
	assert_int_equal(request.status, RADIUS_STOP);
	assert_string_equal(request.user_name, "test");
	assert_string_equal(request.session_id, "451859ED-00000005");
	assert_string_equal(request.calling_station_id, "00-02-6F-21-EC-5F");
	assert_string_equal(request.nas_port_id, "0");
	assert_string_equal(request.nas_identifier, "");
	assert_true(request.has_nas_address && !request.has_nas_v6_address);
	address_format(&request.nas_address, nas);
	assert_string_equal(nas, "10.1.12.20");
	assert_true(request.has_session_time && !request.has_delay);
	assert_int_equal(request.session_time_s, 2);
	assert_int_equal(request.event_s, 0x45185b75);
	assert_int_equal(request.address_count, 0);
}

static void answers_are_those_of_other_servers(void **state)
{
	static const struct {
		const char *request, *response;
		const struct radius_secret *secret;
	} pairs[] = {
		{captured_request, captured_response, &captured_secret},
		{signed_request, signed_response, &accounting_secret},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		uint8_t request[512], expected[512], answer[RADIUS_PACKET_MAX];
		const size_t length = from_hex(pairs[i].request, request);
		const size_t wanted = from_hex(pairs[i].response, expected);

		assert_int_equal(radius_answer(request, length, pairs[i].secret, answer), wanted);
		assert_memory_equal(answer, expected, wanted);
	}
}

static void a_wrong_secret_is_noticed(void **state)
{
	static const struct radius_secret wrong = {(const uint8_t *)"secreT", 6};
	struct radius_request request;
	uint8_t bytes[512];
	size_t size = from_hex(captured_request, bytes);

	(void)state;
	assert_reason(read_packet(bytes, size, &wrong, &request), RADIUS_BAD_AUTHENTICATOR);
	bytes[size - 1] ^= 1;
	assert_reason(
		read_packet(bytes, size, &captured_secret, &request), RADIUS_BAD_AUTHENTICATOR);
}

static void the_message_authenticator_counts_as_well(void **state)
{
	struct radius_request request;
	struct accounting_packet packet;

	(void)state;
	packet.length = from_hex(signed_request, packet.bytes);
	assert_reason(read_packet(packet.bytes, packet.length, &accounting_secret, &request),
		RADIUS_NO_REASON);
	packet.bytes[32] ^= 1; // within its value
	assert_reason(read_signed(&packet, &request), RADIUS_BAD_MESSAGE_AUTHENTICATOR);
}

static void headers_are_checked(void **state)
{
	struct accounting_packet packet = accounting_begin(1, RADIUS_ACCOUNTING_ON);
	struct radius_request request;

	(void)state;
	accounting_sign(&packet);
	for (size_t size = 0; size < packet.length; size++)
		assert_reason(read_packet(packet.bytes, size, &accounting_secret, &request),
			RADIUS_DATAGRAM_LENGTH);
	// What lies behind its length is padding.
	assert_reason(read_packet(packet.bytes, packet.length + 7, &accounting_secret, &request),
		RADIUS_NO_REASON);
	packet.bytes[3] = RADIUS_HEADER_SIZE - 1;
	assert_reason(read_packet(packet.bytes, packet.length, &accounting_secret, &request),
		RADIUS_DATAGRAM_LENGTH);
	packet.bytes[0] = 1;
	assert_reason(read_signed(&packet, &request), RADIUS_NO_ACCOUNTING_REQUEST);
}

static void one_wrong_attribute_refuses_all(void **state)
{
	static const struct {
		const char *attribute; // hex
		enum radius_reason reason;
	} cases[] = {
		{"00", RADIUS_ATTRIBUTE_TRUNCATED},
		{"0100", RADIUS_ATTRIBUTE_LENGTH},
		{"0101", RADIUS_ATTRIBUTE_LENGTH},
		{"010461", RADIUS_ATTRIBUTE_TRUNCATED},
		{"0102", RADIUS_ATTRIBUTE_VALUE},         // an empty text
		{"0805c00002", RADIUS_ATTRIBUTE_VALUE},   // Framed-IP-Address of 3 bytes
		{"0903ff", RADIUS_ATTRIBUTE_VALUE},       // its mask
		{"0403c0", RADIUS_ATTRIBUTE_VALUE},       // NAS-IP-Address
		{"5f06c0000201", RADIUS_ATTRIBUTE_VALUE}, // NAS-IPv6-Address
		{"050300", RADIUS_ATTRIBUTE_VALUE},       // NAS-Port
		{"290400ff", RADIUS_ATTRIBUTE_VALUE},     // Acct-Delay-Time
		{"2e0400ff", RADIUS_ATTRIBUTE_VALUE},     // Acct-Session-Time
		{"370400ff", RADIUS_ATTRIBUTE_VALUE},     // Event-Timestamp
		{"280400ff", RADIUS_ATTRIBUTE_VALUE},     // Acct-Status-Type
		{"500400ff", RADIUS_ATTRIBUTE_VALUE},     // Message-Authenticator
		{"a806c0000201", RADIUS_ATTRIBUTE_VALUE}, // Framed-IPv6-Address
		{"610300", RADIUS_ATTRIBUTE_VALUE},       // Framed-IPv6-Prefix without a length
		{"61040081", RADIUS_PREFIX_LENGTH},       // of 129 bits
		{"6107002820010d", RADIUS_PREFIX_LENGTH}, // of 40 bits in 3 bytes
		{"6107001920010d", RADIUS_PREFIX_LENGTH}, // of 25 bits
		{"7b07002820010d", RADIUS_PREFIX_LENGTH}, // Delegated-IPv6-Prefix alike
		{"61150080"
		 "20010db8000000000000000000000001"
		 "00",
			RADIUS_ATTRIBUTE_VALUE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct accounting_packet packet = accounting_begin(1, RADIUS_START);
		struct radius_request request;

		accounting_text(&packet, 44, "s");
		packet.length += from_hex(cases[i].attribute, packet.bytes + packet.length);
		if (read_signed(&packet, &request) != cases[i].reason)
			fail_msg("%s: not %s", cases[i].attribute,
				radius_reasons[cases[i].reason].name);
	}
}

static void what_a_session_needs_must_be_there(void **state)
{
	struct accounting_packet packet = {.bytes = {4}, .length = RADIUS_HEADER_SIZE};
	struct radius_request request;

	(void)state;
	accounting_text(&packet, 44, "s");
	assert_reason(read_signed(&packet, &request), RADIUS_NO_STATUS_TYPE);
	packet = accounting_begin(1, RADIUS_INTERIM_UPDATE);
	assert_reason(read_signed(&packet, &request), RADIUS_NO_SESSION_ID);
	// No session is meant.
	packet = accounting_begin(1, RADIUS_ACCOUNTING_OFF);
	assert_reason(read_signed(&packet, &request), RADIUS_NO_REASON);
	packet = accounting_begin(1, 15);
	assert_reason(read_signed(&packet, &request), RADIUS_NO_REASON);
	assert_int_equal(request.status, 15);
}

static void addresses_of_every_kind(void **state)
{
	static const uint8_t v4[] = {192, 0, 2, 9}, mask[] = {255, 255, 255, 248},
			     framed[] = {0, 64, 0x20, 1, 0xd, 0xb8, 0, 1, 0, 2},
			     second[] = {0, 64, 0x20, 1, 0xd, 0xb8, 0, 1, 0, 3},
			     delegated[] = {0, 56, 0x20, 1, 0xd, 0xb8, 0, 9, 0x12, 0xff},
			     address[16] = {0x20, 1, 0xd, 0xb8, [15] = 5};
	struct accounting_packet packet = accounting_begin(1, RADIUS_START);
	struct radius_request request;

	(void)state;
	accounting_text(&packet, 44, "s");
	accounting_add(&packet, 9, mask, 4);
	accounting_add(&packet, 8, v4, 4);
	accounting_add(&packet, 97, framed, sizeof(framed));
	accounting_add(&packet, 97, second, sizeof(second));
	accounting_add(&packet, 97, framed, sizeof(framed));
	accounting_add(&packet, 123, delegated, sizeof(delegated));
	accounting_add(&packet, 168, address, sizeof(address));
	assert_reason(read_signed(&packet, &request), RADIUS_NO_REASON);
	assert_addresses(&request, "2001:db8:1:2::/64:2 2001:db8:1:3::/64:2 "
				   "2001:db8:9:1200::/56:3 2001:db8::5:4 "
				   "192.0.2.9:0 192.0.2.8/29:1");
}

static void a_mask_that_says_nothing_adds_nothing(void **state)
{
	static const uint8_t v4[] = {192, 0, 2, 9};
	static const uint8_t masks[][4] = {{255, 255, 255, 255}, {255, 255, 255, 0}, {255, 0, 0, 0},
		{0, 0, 0, 0}, {255, 255, 255, 249}, {0, 255, 255, 255}};

	(void)state;
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		struct accounting_packet packet = accounting_begin(1, RADIUS_START);
		struct radius_request request;

		accounting_text(&packet, 44, "s");
		accounting_add(&packet, 8, v4, 4);
		accounting_add(&packet, 9, masks[i], 4);
		assert_reason(read_signed(&packet, &request), RADIUS_NO_REASON);
		assert_addresses(&request, "192.0.2.9:0");
	}
}

static void what_nobody_can_hold_is_left_out(void **state)
{
	static const uint8_t v4[][4] = {{255, 255, 255, 255}, {255, 255, 255, 254}, {0, 0, 0, 0},
		{127, 0, 0, 1}, {169, 254, 1, 1}, {224, 0, 0, 5}};
	static const uint8_t link_local[] = {0, 64, 0xfe, 0x80, 0, 0, 0, 0, 0, 0}, all[] = {0, 0},
			     wide[] = {0, 31, 0x20, 1, 0xd, 0xb8},
			     mapped[16] = {[10] = 0xff, 0xff, 192, 0, 2, 1},
			     multicast[16] = {0xff, 2, [15] = 1}, loopback[16] = {[15] = 1};
	struct radius_request request;

	(void)state;
	for (size_t i = 0; i < sizeof(v4) / sizeof(v4[0]); i++) {
		struct accounting_packet packet = accounting_begin(1, RADIUS_START);

		accounting_text(&packet, 44, "s");
		accounting_add(&packet, 8, v4[i], 4);
		accounting_add(&packet, 97, link_local, sizeof(link_local));
		accounting_add(&packet, 97, all, sizeof(all));
		accounting_add(&packet, 123, wide, sizeof(wide));
		accounting_add(&packet, 168, mapped, 16);
		accounting_add(&packet, 168, multicast, 16);
		accounting_add(&packet, 168, loopback, 16);
		assert_reason(read_signed(&packet, &request), RADIUS_NO_REASON);
		assert_addresses(&request, "");
	}
}

static void too_many_addresses_are_refused(void **state)
{
	struct accounting_packet packet = accounting_begin(1, RADIUS_START);
	struct radius_request request;

	(void)state;
	accounting_text(&packet, 44, "s");
	for (uint8_t i = 0; i < RADIUS_ADDRESSES_MAX; i++) {
		const uint8_t prefix[] = {0, 64, 0x20, 1, 0xd, 0xb8, 0, 0, 0, i};

		accounting_add(&packet, 97, prefix, sizeof(prefix));
	}
	assert_reason(read_signed(&packet, &request), RADIUS_NO_REASON);
	assert_int_equal(request.address_count, RADIUS_ADDRESSES_MAX);
	accounting_add(&packet, 8, (const uint8_t[]){192, 0, 2, 1}, 4);
	assert_reason(read_signed(&packet, &request), RADIUS_TOO_MANY_ADDRESSES);
}

static void texts_can_be_shown(void **state)
{
	static const char name[] = "a\0b\x1b\xff\xe3\x81\x82";
	struct accounting_packet packet = accounting_begin(1, RADIUS_START);
	struct radius_request request;
	char all[253];

	(void)state;
	memset(all, '\1', sizeof(all));
	accounting_add(&packet, 1, name, sizeof(name) - 1);
	accounting_add(&packet, 44, all, sizeof(all));
	accounting_text(&packet, 87, "xe-0/0/1.100");
	accounting_number(&packet, 5, 17);
	assert_reason(read_signed(&packet, &request), RADIUS_NO_REASON);
	assert_string_equal(request.user_name, "a\\x00b\\x1b\\xff\xe3\x81\x82");
	assert_int_equal(strlen(request.session_id), sizeof(all) * 4);
	assert_string_equal(request.nas_port_id, "xe-0/0/1.100");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_captured_request_is_understood),
		cmocka_unit_test(answers_are_those_of_other_servers),
		cmocka_unit_test(a_wrong_secret_is_noticed),
		cmocka_unit_test(the_message_authenticator_counts_as_well),
		cmocka_unit_test(headers_are_checked),
		cmocka_unit_test(one_wrong_attribute_refuses_all),
		cmocka_unit_test(what_a_session_needs_must_be_there),
		cmocka_unit_test(addresses_of_every_kind),
		cmocka_unit_test(a_mask_that_says_nothing_adds_nothing),
		cmocka_unit_test(what_nobody_can_hold_is_left_out),
		cmocka_unit_test(too_many_addresses_are_refused),
		cmocka_unit_test(texts_can_be_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
