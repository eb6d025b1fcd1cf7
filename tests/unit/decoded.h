// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A test's frame, decoded from memory of exactly the captured bytes, so that AddressSanitizer sees
// one read too many.

#include "dataplane/decode/decode.h"
#include "tests/burst/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline struct packet decoded_deep(
	const struct frame *frame, size_t captured, size_t length, enum layer first, uint8_t depth)
{
	uint8_t *bytes = malloc(captured ? captured : 1);
	struct packet packet;

	assert_non_null(bytes);
	memcpy(bytes, frame->bytes, captured);
	memset(&packet, 0xa5, sizeof(packet));
	decode_frame(captured ? bytes : bytes + 1, captured, length, first, depth, &packet);
	free(bytes);
	return packet;
}

// The first `captured` bytes of it.
static inline struct packet decoded_cut(const struct frame *frame, size_t captured)
{
	return decoded_deep(frame, captured, frame->length, LAYER_ETHERNET, DECODE_DEPTH_DEFAULT);
}

static inline struct packet decoded(const struct frame *frame)
{
	return decoded_cut(frame, frame->length);
}

static inline void assert_address(const struct address *address, const char *expected)
{
	char text[ADDRESS_TEXT_SIZE];

	address_format(address, text);
	assert_string_equal(text, expected);
}
