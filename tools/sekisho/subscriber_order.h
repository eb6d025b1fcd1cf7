// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The orders in which infected subscribers may be looked at.

#include <jansson.h>

enum subscriber_order {
	SUBSCRIBER_ORDER_LAST_SEEN, // the most recent first
	SUBSCRIBER_ORDER_PACKETS,   // the most packets sent first
	SUBSCRIBER_ORDER_CONTACTS,  // the most contacts first
	SUBSCRIBER_ORDER_EVIDENCE,  // the strongest first
};
#define SUBSCRIBER_ORDER_COUNT 4

const char *subscriber_order_name(enum subscriber_order order); // "last seen"

// A new array with the subscribers of an answer to "subscribers", those equal by `order` the most
// recent first. NULL: no memory.
json_t *subscriber_order_sort(const json_t *subscribers, enum subscriber_order order);
