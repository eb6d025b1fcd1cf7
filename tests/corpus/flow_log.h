// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Flows out of a Zeek conn.log, as IoT-23 labels and publishes them: tab separated
// ("conn.log.labeled") or the same columns as CSV. Fields that are not said are "-" or empty.
//
// Times are read as decimals, not as floating point: a double has no microseconds left at this
// distance from the epoch.

#include "config/address.h"

#include <stddef.h>
#include <stdint.h>

#define FLOW_LOG_ERROR_SIZE 256
#define FLOW_STATE_SIZE     8

struct flow {
	uint64_t start_ns;    // UTC since the epoch
	uint64_t duration_ns; // 0: not said
	struct address originator, responder;
	uint16_t originator_port, responder_port;
	uint8_t transport;                          // TRANSPORT_TCP or TRANSPORT_UDP
	char state[FLOW_STATE_SIZE];                // Zeek's conn_state: "S0", "SF", ...
	uint64_t originator_bytes, responder_bytes; // of payload
	uint32_t originator_packets, responder_packets;
};

// All flows of `path` in the file's order; the caller frees them. NULL with one line in `error`.
struct flow *flow_log_read(const char *path, size_t *count, char error[FLOW_LOG_ERROR_SIZE]);
