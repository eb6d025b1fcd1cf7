// SPDX-License-Identifier: BSD-3-Clause

// A datagram → an Accounting-Request and the answer to it. No fuzzer finds a digest, so that the
// packet is signed here, unless the first byte is odd; the packet is the rest.

#include "control/feed/text.h"
#include "control/radius/packet.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct radius_secret secret = {(const uint8_t *)"secret", 6};

static void require(bool holds)
{
	if (!holds)
		abort();
}

// What everybody relies on who is given a request.
static void check_request(const struct radius_request *request)
{
	const char *const texts[] = {request->user_name, request->session_id,
		request->calling_station_id, request->nas_identifier, request->nas_port_id};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		require(text_valid(texts[i]));
	require(request->address_count <= RADIUS_ADDRESSES_MAX);
	for (size_t i = 0; i < request->address_count; i++) {
		const struct prefix *prefix = &request->addresses[i].prefix;
		const struct address masked = address_mask(&prefix->address, prefix->length);

		require(prefix->length <= 128);
		require(address_compare(&masked, &prefix->address) == 0);
		require(address_is_v4(&prefix->address) ==
			(request->addresses[i].source <= RADIUS_FRAMED_NETWORK));
	}
}

static void check_answer(const uint8_t *packet, size_t length)
{
	uint8_t answer[RADIUS_PACKET_MAX], right[AUTHENTICATOR_SIZE];
	const size_t size = radius_answer(packet, length, &secret, answer);

	require(size >= RADIUS_HEADER_SIZE && size <= length);
	require(answer[0] == 5 && answer[1] == packet[1]);
	require(((size_t)answer[2] << 8 | answer[3]) == size);
	authenticator_of_response(answer, size, packet + AUTHENTICATOR_OFFSET, &secret, right);
	require(authenticator_equal(answer + AUTHENTICATOR_OFFSET, right));
}

static void sign(uint8_t *packet, size_t size)
{
	const size_t length = (size_t)packet[2] << 8 | packet[3];

	if (length >= RADIUS_HEADER_SIZE && length <= size)
		authenticator_of_request(packet, length, &secret, packet + AUTHENTICATOR_OFFSET);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct radius_request request;
	enum radius_reason reason;
	size_t length = 0;
	uint8_t *packet;

	if (size < 2)
		return 0;
	// Of its own size, so that a byte too far is seen.
	packet = malloc(size - 1);
	require(packet != NULL);
	memcpy(packet, data + 1, size - 1);
	if ((data[0] & 1) == 0 && size - 1 >= RADIUS_HEADER_SIZE)
		sign(packet, size - 1);
	reason = radius_check(packet, size - 1, &secret, &length);
	if (reason == RADIUS_NO_REASON) {
		require(length >= RADIUS_HEADER_SIZE && length <= size - 1);
		reason = radius_parse(packet, length, &secret, &request);
	}
	require(reason < RADIUS_REASON_COUNT);
	if (reason == RADIUS_NO_REASON) {
		check_request(&request);
		check_answer(packet, length);
	}
	free(packet);
	return 0;
}
