// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/authenticator.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>

#include <assert.h>

static const uint8_t zeros[AUTHENTICATOR_SIZE];

static void digest(const uint8_t *packet, size_t length, const uint8_t middle[AUTHENTICATOR_SIZE],
	const struct radius_secret *secret, uint8_t authenticator[AUTHENTICATOR_SIZE])
{
	const size_t rest = AUTHENTICATOR_OFFSET + AUTHENTICATOR_SIZE;
	struct md5_ctx md5;

	assert(length >= rest);
	md5_init(&md5);
	md5_update(&md5, AUTHENTICATOR_OFFSET, packet);
	md5_update(&md5, AUTHENTICATOR_SIZE, middle);
	md5_update(&md5, length - rest, packet + rest);
	md5_update(&md5, secret->length, secret->bytes);
	md5_digest(&md5, AUTHENTICATOR_SIZE, authenticator);
}

void authenticator_of_request(const uint8_t *packet, size_t length,
	const struct radius_secret *secret, uint8_t authenticator[AUTHENTICATOR_SIZE])
{
	digest(packet, length, zeros, secret, authenticator);
}

void authenticator_of_response(const uint8_t *packet, size_t length,
	const uint8_t request[AUTHENTICATOR_SIZE], const struct radius_secret *secret,
	uint8_t authenticator[AUTHENTICATOR_SIZE])
{
	digest(packet, length, request, secret, authenticator);
}

void authenticator_of_message(const uint8_t *packet, size_t length, size_t value,
	const struct radius_secret *secret, uint8_t authenticator[AUTHENTICATOR_SIZE])
{
	const size_t rest = AUTHENTICATOR_OFFSET + AUTHENTICATOR_SIZE;
	struct hmac_md5_ctx hmac;

	assert(value >= rest && value + AUTHENTICATOR_SIZE <= length);
	hmac_md5_set_key(&hmac, secret->length, secret->bytes);
	hmac_md5_update(&hmac, AUTHENTICATOR_OFFSET, packet);
	hmac_md5_update(&hmac, AUTHENTICATOR_SIZE, zeros);
	hmac_md5_update(&hmac, value - rest, packet + rest);
	hmac_md5_update(&hmac, AUTHENTICATOR_SIZE, zeros);
	hmac_md5_update(
		&hmac, length - value - AUTHENTICATOR_SIZE, packet + value + AUTHENTICATOR_SIZE);
	hmac_md5_digest(&hmac, AUTHENTICATOR_SIZE, authenticator);
}

bool authenticator_equal(const uint8_t a[AUTHENTICATOR_SIZE], const uint8_t b[AUTHENTICATOR_SIZE])
{
	return memeql_sec(a, b, AUTHENTICATOR_SIZE) != 0;
}
