// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/packet.h"

#include "control/feed/text.h"

#include <assert.h>
#include <stdio.h>

#define CODE_ACCOUNTING_REQUEST  4
#define CODE_ACCOUNTING_RESPONSE 5
#define ATTRIBUTE_HEADER_SIZE    2

enum attribute_type {
	USER_NAME = 1,
	NAS_IP_ADDRESS = 4,
	NAS_PORT = 5,
	FRAMED_IP_ADDRESS = 8,
	FRAMED_IP_NETMASK = 9,
	CALLING_STATION_ID = 31,
	NAS_IDENTIFIER = 32,
	PROXY_STATE = 33,
	ACCT_STATUS_TYPE = 40,
	ACCT_DELAY_TIME = 41,
	ACCT_SESSION_ID = 44,
	ACCT_SESSION_TIME = 46,
	EVENT_TIMESTAMP = 55,
	MESSAGE_AUTHENTICATOR = 80,
	NAS_PORT_ID = 87,
	NAS_IPV6_ADDRESS = 95,
	FRAMED_IPV6_PREFIX = 97,
	DELEGATED_IPV6_PREFIX = 123,
	FRAMED_IPV6_ADDRESS = 168,
};

struct attribute {
	uint8_t type;
	const uint8_t *value;
	size_t length; // of the value
};

// What is known before all attributes are.
struct parse {
	struct radius_request *request;
	const uint8_t *packet;
	size_t message_authenticator; // where its value is; 0: absent
	bool has_status, has_address, has_netmask;
	uint8_t address[4], netmask[4];
};

static uint32_t read_u32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

// The attribute at *offset, which goes on behind it.
static enum radius_reason attribute_next(
	const uint8_t *packet, size_t length, size_t *offset, struct attribute *attribute)
{
	const size_t left = length - *offset;
	size_t size;

	if (left < ATTRIBUTE_HEADER_SIZE)
		return RADIUS_ATTRIBUTE_TRUNCATED;
	size = packet[*offset + 1];
	if (size < ATTRIBUTE_HEADER_SIZE)
		return RADIUS_ATTRIBUTE_LENGTH;
	if (size > left)
		return RADIUS_ATTRIBUTE_TRUNCATED;
	attribute->type = packet[*offset];
	attribute->value = packet + *offset + ATTRIBUTE_HEADER_SIZE;
	attribute->length = size - ATTRIBUTE_HEADER_SIZE;
	*offset += size;
	return RADIUS_NO_REASON;
}

enum radius_reason radius_check(const uint8_t *datagram, size_t datagram_length,
	const struct radius_secret *secret, size_t *length)
{
	uint8_t right[AUTHENTICATOR_SIZE];

	if (datagram_length < RADIUS_HEADER_SIZE)
		return RADIUS_DATAGRAM_LENGTH;
	*length = (size_t)datagram[2] << 8 | datagram[3];
	if (*length < RADIUS_HEADER_SIZE || *length > RADIUS_PACKET_MAX ||
		*length > datagram_length)
		return RADIUS_DATAGRAM_LENGTH;
	if (datagram[0] != CODE_ACCOUNTING_REQUEST)
		return RADIUS_NO_ACCOUNTING_REQUEST;
	authenticator_of_request(datagram, *length, secret, right);
	if (!authenticator_equal(datagram + AUTHENTICATOR_OFFSET, right))
		return RADIUS_BAD_AUTHENTICATOR;
	return RADIUS_NO_REASON;
}

static enum radius_reason read_text(const struct attribute *attribute, char text[RADIUS_TEXT_SIZE])
{
	char copy[UINT8_MAX];
	size_t begin = 0, used = 0;

	if (attribute->length == 0)
		return RADIUS_ATTRIBUTE_VALUE; // RFC 2865 section 5
	memcpy(copy, attribute->value, attribute->length);
	copy[attribute->length] = '\0';
	// A zero byte ends a text for text_show, not for us.
	for (;;) {
		text_show(copy + begin, text + used, RADIUS_TEXT_SIZE - used);
		used += strlen(text + used);
		begin += strlen(copy + begin);
		if (begin >= attribute->length)
			return RADIUS_NO_REASON;
		used += (size_t)snprintf(text + used, RADIUS_TEXT_SIZE - used, "\\x00");
		begin++;
	}
}

static enum radius_reason read_number(const struct attribute *attribute, uint32_t *number)
{
	if (attribute->length != sizeof(*number))
		return RADIUS_ATTRIBUTE_VALUE;
	*number = read_u32(attribute->value);
	return RADIUS_NO_REASON;
}

static enum radius_reason read_bytes(const struct attribute *attribute, uint8_t *bytes, size_t size)
{
	if (attribute->length != size)
		return RADIUS_ATTRIBUTE_VALUE;
	memcpy(bytes, attribute->value, size);
	return RADIUS_NO_REASON;
}

// Whether one subscriber can hold it.
static bool is_holdable(const struct prefix *prefix, enum radius_source source)
{
	const uint8_t *bytes = prefix->address.bytes;

	if (source == RADIUS_FRAMED_ADDRESS || source == RADIUS_FRAMED_NETWORK) {
		const uint8_t first = bytes[12];

		// 240.0.0.0/4 has the two words of RFC 2865 section 5.8 and nobody's address.
		return first != 0 && first != 127 && first < 224 &&
		       !(first == 169 && bytes[13] == 254);
	}
	// Loopback, IPv4-mapped and other embedded forms begin with 32 zero bits.
	return prefix->length >= RADIUS_V6_SHORTEST && read_u32(bytes) != 0 && bytes[0] != 0xff &&
	       !(bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
}

static enum radius_reason add_prefix(
	struct radius_request *request, const struct prefix *prefix, enum radius_source source)
{
	if (!is_holdable(prefix, source))
		return RADIUS_NO_REASON;
	for (size_t i = 0; i < request->address_count; i++) {
		const struct prefix *other = &request->addresses[i].prefix;

		// Some say the same twice, as a framed and as a delegated prefix.
		if (other->length == prefix->length &&
			address_compare(&other->address, &prefix->address) == 0)
			return RADIUS_NO_REASON;
	}
	if (request->address_count == RADIUS_ADDRESSES_MAX)
		return RADIUS_TOO_MANY_ADDRESSES;
	request->addresses[request->address_count++] = (struct radius_address){*prefix, source};
	return RADIUS_NO_REASON;
}

// RFC 3162 section 2.3: a reserved byte, the length, as many bytes as that needs or more.
static enum radius_reason read_prefix(struct radius_request *request,
	const struct attribute *attribute, enum radius_source source)
{
	struct prefix prefix = {0};
	size_t bytes;

	if (attribute->length < 2 || attribute->length > 2 + sizeof(prefix.address.bytes))
		return RADIUS_ATTRIBUTE_VALUE;
	bytes = attribute->length - 2;
	prefix.length = attribute->value[1];
	if (prefix.length > 128 || prefix.length > bytes * 8)
		return RADIUS_PREFIX_LENGTH;
	memcpy(prefix.address.bytes, attribute->value + 2, bytes);
	// Bits behind the prefix ought to be zero, and are not everywhere.
	prefix.address = address_mask(&prefix.address, prefix.length);
	return add_prefix(request, &prefix, source);
}

static enum radius_reason read_v6_address(
	struct radius_request *request, const struct attribute *attribute)
{
	struct prefix prefix = {.length = 128};
	const enum radius_reason reason =
		read_bytes(attribute, prefix.address.bytes, sizeof(prefix.address.bytes));

	return reason != RADIUS_NO_REASON ? reason
					  : add_prefix(request, &prefix, RADIUS_FRAMED_V6_ADDRESS);
}

static enum radius_reason read_nas_address(
	const struct attribute *attribute, bool *has, struct address *address)
{
	uint8_t v4[4] = {0};
	enum radius_reason reason;

	if (attribute->type == NAS_IP_ADDRESS) {
		reason = read_bytes(attribute, v4, sizeof(v4));
		address_from_v4(address, v4);
	} else {
		reason = read_bytes(attribute, address->bytes, sizeof(address->bytes));
	}
	*has = reason == RADIUS_NO_REASON;
	return reason;
}

static enum radius_reason read_port(
	struct radius_request *request, const struct attribute *attribute)
{
	uint32_t port = 0;
	const enum radius_reason reason = read_number(attribute, &port);

	// The name says more, and may have come first.
	if (request->nas_port_id[0] == '\0')
		snprintf(request->nas_port_id, sizeof(request->nas_port_id), "%u", port);
	return reason;
}

static enum radius_reason read_attribute(struct parse *parse, const struct attribute *attribute)
{
	struct radius_request *request = parse->request;

	switch (attribute->type) {
	case USER_NAME:
		return read_text(attribute, request->user_name);
	case NAS_IP_ADDRESS:
		return read_nas_address(
			attribute, &request->has_nas_address, &request->nas_address);
	case NAS_PORT:
		return read_port(request, attribute);
	case FRAMED_IP_ADDRESS:
		parse->has_address = true;
		return read_bytes(attribute, parse->address, sizeof(parse->address));
	case FRAMED_IP_NETMASK:
		parse->has_netmask = true;
		return read_bytes(attribute, parse->netmask, sizeof(parse->netmask));
	case CALLING_STATION_ID:
		return read_text(attribute, request->calling_station_id);
	case NAS_IDENTIFIER:
		return read_text(attribute, request->nas_identifier);
	case ACCT_STATUS_TYPE:
		parse->has_status = true;
		return read_number(attribute, &request->status);
	case ACCT_DELAY_TIME:
		request->has_delay = true;
		return read_number(attribute, &request->delay_s);
	case ACCT_SESSION_ID:
		return read_text(attribute, request->session_id);
	case ACCT_SESSION_TIME:
		request->has_session_time = true;
		return read_number(attribute, &request->session_time_s);
	case EVENT_TIMESTAMP:
		return read_number(attribute, &request->event_s);
	case MESSAGE_AUTHENTICATOR:
		parse->message_authenticator = (size_t)(attribute->value - parse->packet);
		return attribute->length == AUTHENTICATOR_SIZE ? RADIUS_NO_REASON
							       : RADIUS_ATTRIBUTE_VALUE;
	case NAS_PORT_ID:
		return read_text(attribute, request->nas_port_id);
	case NAS_IPV6_ADDRESS:
		return read_nas_address(
			attribute, &request->has_nas_v6_address, &request->nas_v6_address);
	case FRAMED_IPV6_PREFIX:
		return read_prefix(request, attribute, RADIUS_FRAMED_V6_PREFIX);
	case DELEGATED_IPV6_PREFIX:
		return read_prefix(request, attribute, RADIUS_DELEGATED_V6_PREFIX);
	case FRAMED_IPV6_ADDRESS:
		return read_v6_address(request, attribute);
	default:
		return RADIUS_NO_REASON;
	}
}

// Bits of a netmask whose ones are all in front; 0 for any other.
static unsigned netmask_bits(const uint8_t netmask[4])
{
	const uint32_t mask = read_u32(netmask);
	const unsigned ones = (unsigned)__builtin_popcount(mask);

	return ones > 0 && mask == UINT32_MAX << (32 - ones) ? ones : 0;
}

static enum radius_reason add_framed_address(const struct parse *parse)
{
	struct prefix prefix = {.length = 128};
	const unsigned bits = parse->has_netmask ? netmask_bits(parse->netmask) : 0;
	enum radius_reason reason;

	if (!parse->has_address)
		return RADIUS_NO_REASON;
	address_from_v4(&prefix.address, parse->address);
	reason = add_prefix(parse->request, &prefix, RADIUS_FRAMED_ADDRESS);
	if (reason != RADIUS_NO_REASON || bits < RADIUS_NETMASK_SHORTEST || bits >= 32)
		return reason;
	prefix.length = (uint8_t)(ADDRESS_V4_OFFSET_BITS + bits);
	prefix.address = address_mask(&prefix.address, prefix.length);
	return add_prefix(parse->request, &prefix, RADIUS_FRAMED_NETWORK);
}

static bool has_session(uint32_t status)
{
	return status == RADIUS_START || status == RADIUS_STOP || status == RADIUS_INTERIM_UPDATE;
}

enum radius_reason radius_parse(const uint8_t *packet, size_t length,
	const struct radius_secret *secret, struct radius_request *request)
{
	struct parse parse = {.request = request, .packet = packet};
	uint8_t right[AUTHENTICATOR_SIZE];
	struct attribute attribute;
	enum radius_reason reason;

	memset(request, 0, sizeof(*request));
	for (size_t offset = RADIUS_HEADER_SIZE; offset < length;) {
		reason = attribute_next(packet, length, &offset, &attribute);
		if (reason == RADIUS_NO_REASON)
			reason = read_attribute(&parse, &attribute);
		if (reason != RADIUS_NO_REASON)
			return reason;
	}
	if (parse.message_authenticator != 0) {
		authenticator_of_message(
			packet, length, parse.message_authenticator, secret, right);
		if (!authenticator_equal(packet + parse.message_authenticator, right))
			return RADIUS_BAD_MESSAGE_AUTHENTICATOR;
	}
	if (!parse.has_status)
		return RADIUS_NO_STATUS_TYPE;
	if (has_session(request->status) && request->session_id[0] == '\0')
		return RADIUS_NO_SESSION_ID;
	return add_framed_address(&parse);
}

size_t radius_answer(const uint8_t *packet, size_t length, const struct radius_secret *secret,
	uint8_t answer[RADIUS_PACKET_MAX])
{
	size_t used = RADIUS_HEADER_SIZE;
	struct attribute attribute;

	for (size_t offset = RADIUS_HEADER_SIZE; offset < length;) {
		const size_t begin = offset;

		if (attribute_next(packet, length, &offset, &attribute) != RADIUS_NO_REASON)
			break;
		if (attribute.type != PROXY_STATE)
			continue;
		memcpy(answer + used, packet + begin, offset - begin);
		used += offset - begin;
	}
	answer[0] = CODE_ACCOUNTING_RESPONSE;
	answer[1] = packet[1];
	answer[2] = (uint8_t)(used >> 8);
	answer[3] = (uint8_t)used;
	authenticator_of_response(
		answer, used, packet + AUTHENTICATOR_OFFSET, secret, answer + AUTHENTICATOR_OFFSET);
	return used;
}
