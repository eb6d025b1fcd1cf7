// SPDX-License-Identifier: BSD-3-Clause
#include "config/address.h"

#include <stdio.h>

// inet_pton(3) wants a terminated string; what does not fit is no address either.
static bool text_copy(const char *text, size_t length, char copy[ADDRESS_TEXT_SIZE])
{
	if (length == 0 || length >= ADDRESS_TEXT_SIZE || memchr(text, '\0', length))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return true;
}

bool address_parse(const char *text, size_t length, struct address *address)
{
	char copy[ADDRESS_TEXT_SIZE];
	struct in_addr v4;

	if (!text_copy(text, length, copy))
		return false;
	if (inet_pton(AF_INET, copy, &v4) == 1) {
		address_from_v4(address, &v4);
		return true;
	}
	return inet_pton(AF_INET6, copy, address->bytes) == 1;
}

void address_format(const struct address *address, char text[ADDRESS_TEXT_SIZE])
{
	if (address_is_v4(address))
		inet_ntop(AF_INET, &address->bytes[12], text, ADDRESS_TEXT_SIZE);
	else
		inet_ntop(AF_INET6, address->bytes, text, ADDRESS_TEXT_SIZE);
}

struct address address_mask(const struct address *address, uint8_t length)
{
	struct address masked = {0};
	size_t whole = length / 8u;

	if (whole >= sizeof(masked.bytes))
		return *address;
	memcpy(masked.bytes, address->bytes, whole);
	masked.bytes[whole] = (uint8_t)(address->bytes[whole] & (0xff00u >> (length % 8u)));
	return masked;
}

struct address prefix_last(const struct prefix *prefix)
{
	struct address last = prefix->address;

	for (unsigned bit = prefix->length; bit < 128; bit++)
		last.bytes[bit / 8] |= (uint8_t)(0x80u >> (bit % 8));
	return last;
}

// Decimal digits only, no leading zero: "/08" is a slip.
static bool length_parse(const char *text, size_t size, uint8_t maximum, uint8_t *length)
{
	unsigned int value = 0;

	if (size == 0 || size > 3 || (size > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (unsigned int)(text[i] - '0');
	}
	if (value > maximum)
		return false;
	*length = (uint8_t)value;
	return true;
}

bool prefix_parse(const char *text, size_t length, struct prefix *prefix)
{
	const char *slash = memchr(text, '/', length);
	size_t address_size = slash ? (size_t)(slash - text) : length;
	uint8_t bits = 128;

	if (!address_parse(text, address_size, &prefix->address))
		return false;
	if (slash) {
		bool dotted = !memchr(text, ':', address_size);
		size_t rest = length - address_size - 1;

		if (!length_parse(slash + 1, rest, dotted ? 32 : 128, &bits))
			return false;
		if (dotted)
			bits = (uint8_t)(bits + ADDRESS_V4_OFFSET_BITS);
	}
	prefix->length = bits;

	struct address masked = address_mask(&prefix->address, bits);
	return address_compare(&masked, &prefix->address) == 0;
}

void prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT_SIZE])
{
	unsigned int bits = prefix->length;
	size_t used;

	address_format(&prefix->address, text);
	if (bits == 128)
		return;
	if (bits >= ADDRESS_V4_OFFSET_BITS && address_is_v4(&prefix->address))
		bits -= ADDRESS_V4_OFFSET_BITS;
	used = strlen(text);
	snprintf(text + used, PREFIX_TEXT_SIZE - used, "/%u", bits);
}

bool prefix_contains(const struct prefix *prefix, const struct address *address)
{
	struct address masked;

	if (prefix->length < ADDRESS_V4_OFFSET_BITS && address_is_v4(address))
		return false;
	masked = address_mask(address, prefix->length);
	return address_compare(&masked, &prefix->address) == 0;
}
