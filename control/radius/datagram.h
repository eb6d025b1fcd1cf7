// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// UDP sockets for a server: many datagrams with one system call, and answers that leave from the
// address that was asked, also where one socket serves all addresses of the machine.
//
// Main thread; nothing blocks.

#include "config/config.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define DATAGRAM_SIZE  4097 // one more than RADIUS allows, so that a longer one is seen
#define DATAGRAM_BATCH 64

struct datagram {
	struct address source;
	size_t length; // at most DATAGRAM_SIZE; what was beyond is cut off
	uint8_t bytes[DATAGRAM_SIZE];

	// For the answer.
	struct sockaddr_storage peer;
	socklen_t peer_size;
	bool has_local;
	struct address local; // the address that was asked
	unsigned interface;   // where only that makes it unambiguous, else 0
};

// Bound and non-blocking; -1 with one line in `error`.
int datagram_open(const struct config_endpoint *endpoint, char *error, size_t error_size);

// Up to DATAGRAM_BATCH; returns how many. `*lost` becomes the number that the kernel had no room
// for since the socket was opened, if it says so.
int datagram_receive(int fd, struct datagram datagrams[DATAGRAM_BATCH], uint32_t *lost);

// As well as it goes: an answer that is lost is asked for again.
void datagram_answer(int fd, const struct datagram *asked, const uint8_t *bytes, size_t length);
