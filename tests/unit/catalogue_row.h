// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A row made by a test, by the four things that matter most.

#include "config/transport.h"
#include "control/catalogue.h"

#include <cmocka.h>

#include <string.h>

static inline struct address address_of(const char *text)
{
	struct address address;
	assert_true(address_parse(text, strlen(text), &address));
	return address;
}

static inline struct feed_row row_of(
	const char *address, uint16_t port, uint8_t transport, uint8_t level)
{
	return (struct feed_row){
		.address = address_of(address),
		.port = port,
		.transport = transport,
		.level = level,
		.confidence = 50,
		.max_action = ACTION_SINKHOLE,
	};
}
