// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Why a datagram on the accounting port is not answered; each is a counter of that name.

enum radius_reason {
	RADIUS_NO_REASON, // it is in order
	RADIUS_UNKNOWN_CLIENT,
	RADIUS_BAD_AUTHENTICATOR,
	RADIUS_BAD_MESSAGE_AUTHENTICATOR,
	RADIUS_REPLAYED,
	RADIUS_NO_STORE,
	// Malformed, and how.
	RADIUS_DATAGRAM_LENGTH,
	RADIUS_NO_ACCOUNTING_REQUEST,
	RADIUS_ATTRIBUTE_LENGTH,
	RADIUS_ATTRIBUTE_TRUNCATED,
	RADIUS_ATTRIBUTE_VALUE,
	RADIUS_PREFIX_LENGTH,
	RADIUS_TOO_MANY_ADDRESSES,
	RADIUS_NO_STATUS_TYPE,
	RADIUS_NO_SESSION_ID,
	RADIUS_REASON_COUNT,
};

struct radius_reason_info {
	const char *name;
	const char *help;
};

extern const struct radius_reason_info radius_reasons[RADIUS_REASON_COUNT]; // [0] is empty
