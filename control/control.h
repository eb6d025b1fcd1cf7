// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The parts of the running control plane that commands and reports look at. Main thread.

#include <stdint.h>

struct bookkeeper;
struct config;
struct event_log;
struct loader;
struct monitor;
struct radius_server;
struct store;
struct trials;

struct control {
	const struct config *config;
	struct store *store;
	struct loader *loader;
	struct event_log *log;
	struct trials *trials;
	struct bookkeeper *bookkeeper;
	struct monitor *monitor;
	struct radius_server *radius; // NULL: none is configured
	uint64_t started_ns;          // UTC
};
