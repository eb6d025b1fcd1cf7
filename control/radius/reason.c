// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/reason.h"

const struct radius_reason_info radius_reasons[RADIUS_REASON_COUNT] = {
	[RADIUS_NO_REASON] = {"", ""},
	[RADIUS_UNKNOWN_CLIENT] = {"unknown_client", "its sender is none of the clients"},
	[RADIUS_BAD_AUTHENTICATOR] = {"bad_authenticator",
		"the Request Authenticator does not fit the secret"},
	[RADIUS_BAD_MESSAGE_AUTHENTICATOR] = {"bad_message_authenticator",
		"the Message-Authenticator does not fit the secret"},
	[RADIUS_REPLAYED] = {"replayed", "it was answered already, too long ago for another try"},
	[RADIUS_NO_STORE] = {"no_store", "what it says could not be stored"},
	[RADIUS_DATAGRAM_LENGTH] = {"datagram_length",
		"shorter than its length field says, or that is not in 20 to 4096"},
	[RADIUS_NO_ACCOUNTING_REQUEST] = {"no_accounting_request", "another code than 4"},
	[RADIUS_ATTRIBUTE_LENGTH] = {"attribute_length", "an attribute of less than two bytes"},
	[RADIUS_ATTRIBUTE_TRUNCATED] = {"attribute_truncated",
		"an attribute that reaches beyond the end"},
	[RADIUS_ATTRIBUTE_VALUE] = {"attribute_value",
		"a value of another size than its attribute's"},
	[RADIUS_PREFIX_LENGTH] = {"prefix_length",
		"a prefix longer than 128 bits or than its bytes"},
	[RADIUS_TOO_MANY_ADDRESSES] = {"too_many_addresses",
		"more addresses and prefixes than one session has"},
	[RADIUS_NO_STATUS_TYPE] = {"no_status_type", "no Acct-Status-Type"},
	[RADIUS_NO_SESSION_ID] = {"no_session_id", "no Acct-Session-Id"},
};
