// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Hands the generation in force to the data plane, once, and again whenever it runs another one.
//
// Nothing is sent if the data plane has it already, unless it holds rules disarmed that this
// generation accounts for. One thread, the loader's; blocks as
// control/dataplane.h says.

#include "control/inventory.h"

#include "dataplane/api/message.h"

#include <stdbool.h>
#include <stdint.h>

struct delivery;

// What somebody else saw the data plane run.
struct observation {
	bool connected;
	uint8_t digest[GENERATION_DIGEST_SIZE]; // zero: no generation
	uint32_t disarmed_count;
	struct message_disarmed disarmed[MESSAGE_DISARMED_MAX];
};

// NULL only when memory is out. `runtime_dir` must outlive it.
struct delivery *delivery_create(const char *runtime_dir);
void delivery_free(struct delivery *delivery); // NULL is allowed

// Lets the inventory know what the data plane runs, if it can be asked.
void delivery_observe(struct delivery *delivery, struct inventory *inventory);

// Hands over what is in force, unless the data plane has it. No data plane is no problem here: it
// is delivered once there is one.
void delivery_deliver(struct delivery *delivery, struct inventory *inventory);

// Whether it is time to deliver: the data plane was seen with another generation, or the last try
// failed and a next one is due.
bool delivery_due(const struct delivery *delivery, struct inventory *inventory,
	const struct observation *observation);

int64_t delivery_retry_at_ms(const struct delivery *delivery); // CLOCK_MONOTONIC; 0: none planned
bool delivery_done(const struct delivery *delivery);           // the last try succeeded
const char *delivery_problem(const struct delivery *delivery); // one line; "": none
uint64_t delivery_problem_since_ns(const struct delivery *delivery);
