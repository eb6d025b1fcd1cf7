// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The digests that prove a shared secret.
//
// Request Authenticator (RFC 2866 section 3): MD5 over code, identifier, length, 16 zero octets,
// attributes, secret. Response Authenticator: the same with the request's authenticator in the
// place of the zeros. Message-Authenticator (RFC 2869 section 5.14): HMAC-MD5 by the secret over
// the packet with its own value zero; in an Accounting-Request the Request Authenticator, which
// depends on it, is zero as well (RFC 5176 section 3.4 says so of its requests; all servers do so
// of these).
//
// Pure functions: any thread, no allocation. Comparisons take the same time wherever they fail.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUTHENTICATOR_SIZE   16
#define AUTHENTICATOR_OFFSET 4 // in a packet

struct radius_secret {
	const uint8_t *bytes;
	size_t length;
};

// The Request Authenticator that a packet of `length` bytes, a header at least, ought to have.
void authenticator_of_request(const uint8_t *packet, size_t length,
	const struct radius_secret *secret, uint8_t authenticator[AUTHENTICATOR_SIZE]);

// The Response Authenticator of an answer to a request with `request`.
void authenticator_of_response(const uint8_t *packet, size_t length,
	const uint8_t request[AUTHENTICATOR_SIZE], const struct radius_secret *secret,
	uint8_t authenticator[AUTHENTICATOR_SIZE]);

// The Message-Authenticator whose value begins at `value`, which leaves room for it.
void authenticator_of_message(const uint8_t *packet, size_t length, size_t value,
	const struct radius_secret *secret, uint8_t authenticator[AUTHENTICATOR_SIZE]);

bool authenticator_equal(const uint8_t a[AUTHENTICATOR_SIZE], const uint8_t b[AUTHENTICATOR_SIZE]);
