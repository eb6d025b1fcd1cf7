// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The one thread that talks: a poll(2) loop over signals, the socket and its clients; between them
// it drains the ledgers, builds generations in steps and watches over workers and ports.
//
// Nothing here holds up a packet. SIGTERM and SIGINT end it; SIGHUP means nothing to it.

#include "dataplane/client.h"
#include "dataplane/drain.h"
#include "dataplane/health.h"

#include <stddef.h>

// Before any other thread is made: the signals are for the service thread alone.
void service_block_signals(void);

struct service {
	struct clients *clients;
	struct drain *drain;
	struct health *health;
};

// Returns at the signal that ends it: 0, or -1 with one line in `error` if it could not go on.
int service_run(const struct service *service, char *error, size_t error_size);
