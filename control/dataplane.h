// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Our end of the data plane's socket: one connection, one request at a time.
//
// Every call blocks until the answer is there or DATAPLANE_TIMEOUT_MS passed (a generation may take
// DATAPLANE_BUILD_TIMEOUT_MS). After any failure the connection is of no more use: close it and
// connect again. A connection belongs to one thread; the data plane serves several at once, so a
// thread that pushes generations does not hold up one that changes the mode. Failing calls return
// -1 (or NULL) and one line in `error`.

#include "config/mode.h"
#include "dataplane/api/message.h"

#include <stddef.h>
#include <stdint.h>

#define DATAPLANE_TIMEOUT_MS       2000
#define DATAPLANE_BUILD_TIMEOUT_MS 60000

struct dataplane;

// Connects and shakes hands.
struct dataplane *dataplane_connect(const char *runtime_dir, char *error, size_t error_size);
void dataplane_close(struct dataplane *dataplane); // NULL is allowed

// Which start of the data plane this is: INSTANCE_SIZE bytes.
const uint8_t *dataplane_instance(const struct dataplane *dataplane);

int dataplane_status(
	struct dataplane *dataplane, struct message_status *status, char *error, size_t error_size);

// Returns once every worker judges by `mode`.
int dataplane_set_mode(struct dataplane *dataplane, enum mode mode, char *error, size_t error_size);

// Returns once every worker uses it. The descriptor stays the caller's. A refusal by the data plane
// is a failure too, but leaves the connection usable: `*refused` is then true.
int dataplane_push_generation(struct dataplane *dataplane, int memfd, uint64_t number,
	uint64_t accounted_ns, bool *refused, char *error, size_t error_size);

// `batch` has room for MESSAGE_SIZE_MAX bytes.
int dataplane_contacts(struct dataplane *dataplane, uint64_t after, uint64_t acknowledged,
	struct message_contacts *batch, char *error, size_t error_size);
