// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The peers of the data plane's socket: who they are, what they asked, what they are waiting for.
//
// Up to MESSAGE_CLIENTS_MAX, each served one request at a time. A client whose request takes time
// (a mode or a generation has to reach every worker) is not read until it is answered; the others
// are served meanwhile. Generations are built one after the other, in the order in which they came;
// a client that hangs up takes its generation back unless that is in force already.
//
// A peer that is neither root nor our own user is refused. Malformed requests are answered with an
// error and the connection is closed. A peer that does not read its answers is closed.
//
// Service thread only; no call blocks. Works without any port or worker, for tests.

#include "dataplane/api/message.h"
#include "dataplane/contact.h"
#include "dataplane/installation.h"
#include "dataplane/regime.h"

#include <poll.h>
#include <stddef.h>

#define CLIENTS_POLL_MAX (1 + MESSAGE_CLIENTS_MAX)

struct clients;

// What the clients can ask about. All must outlive them.
struct clients_request {
	int listener;            // a listening socket, non-blocking; stays the caller's. -1: none
	const uint8_t *instance; // INSTANCE_SIZE bytes
	struct regime *regime;
	struct installation *installation;
	struct contacts *contacts;
	// Fills all of `status` but header and instance.
	void (*status)(void *context, struct message_status *status);
	void *context;
};

struct clients *clients_create(const struct clients_request *request);
void clients_free(struct clients *clients); // closes all connections; NULL is allowed

// Takes a connected socket over, whoever the peer is. False: no room (it is closed).
bool clients_add(struct clients *clients, int fd);

// Fills what to poll; returns how many.
size_t clients_poll(const struct clients *clients, struct pollfd fds[CLIENTS_POLL_MAX]);

// Serves what clients_poll asked for and poll(2) found.
void clients_serve(struct clients *clients, const struct pollfd fds[], size_t count);

// Takes work that was begun a step further. Returns within how many milliseconds it wants to be
// called again; -1: nothing is going on.
int clients_advance(struct clients *clients);
