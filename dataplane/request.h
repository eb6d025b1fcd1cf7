// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One request of a peer, off the socket: api/message.h checked to the last byte.
//
// Needs neither DPDK nor ports. Never blocks; any thread.

#include "config/mode.h"
#include "dataplane/api/message.h"

#include <stddef.h>
#include <stdint.h>

struct request {
	enum message_type type;
	uint32_t version;      // MESSAGE_HELLO
	enum mode mode;        // MESSAGE_MODE
	uint64_t number;       // MESSAGE_GENERATION
	uint64_t accounted_ns; // MESSAGE_GENERATION
	int memfd;             // MESSAGE_GENERATION: the receiver's to close; else -1
	uint64_t after;        // MESSAGE_CONTACTS
	uint64_t acknowledged; // MESSAGE_CONTACTS
};

enum request_result {
	REQUEST_COMPLETE,
	REQUEST_NONE,      // nothing to read now
	REQUEST_CLOSED,    // the peer is gone
	REQUEST_MALFORMED, // one line in `error`; descriptors that came along are closed
};

enum request_result request_receive(
	int fd, struct request *request, char *error, size_t error_size);
