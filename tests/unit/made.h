// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A frame that an action made of a test's frame, proved right and decoded.

#include "dataplane/act/envelope.h"
#include "tests/burst/proof.h"
#include "tests/unit/decoded.h"

struct made {
	struct frame frame; // length 0: nothing was made
	struct packet packet;
};

static inline void made_prove(struct made *made)
{
	const char *wrong;

	if (made->frame.length == 0)
		return;
	made->packet = decoded(&made->frame);
	wrong = proof_of(made->frame.bytes, made->frame.length, &made->packet);
	if (wrong)
		fail_msg("wrong: %s", wrong);
}

static inline void assert_pair(const struct made *made, const char *source, uint16_t source_port,
	const char *destination, uint16_t destination_port)
{
	assert_address(&made->packet.source, source);
	assert_address(&made->packet.destination, destination);
	assert_int_equal(made->packet.source_port, source_port);
	assert_int_equal(made->packet.destination_port, destination_port);
}
