// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The main thread's eye on the data plane: every MONITOR_PERIOD_MS its status and its contacts, and
// at any time its mode.
//
// Connects again whenever the connection is lost. Contacts go to the bookkeeper batch by batch,
// one batch per turn of the event loop, and are acknowledged with the next request, after the
// commit. The mode is the operator's last word, kept in the store, or the configuration's if there
// never was one; a data plane that has another is set to it.
//
// What the data plane's over-block guard disarms goes to the event log as soon as it is seen; the
// loader, which is told the status, sees to the rest.
//
// Main thread. A data plane that does not answer holds a call up for DATAPLANE_TIMEOUT_MS at most.

#include "control/event.h"
#include "control/history.h"
#include "control/loader.h"
#include "control/store/settings.h"
#include "dataplane/api/message.h"

#include <stdbool.h>

#define MONITOR_PERIOD_MS 500

struct bookkeeper;
struct event_base;
struct monitor;

// All must outlive it. NULL with one line in `error`.
struct monitor *monitor_create(struct event_base *base, const struct config *config,
	struct store *store, struct loader *loader, struct event_log *log,
	struct bookkeeper *bookkeeper, char *error, size_t error_size);
void monitor_free(struct monitor *monitor); // NULL is allowed

// Sets the mode, first in the data plane, then in the store. 0: in force. 1: stored, and will be in
// force once there is a data plane. -1: neither, or not stored. One line in `error` unless 0.
int monitor_set_mode(
	struct monitor *monitor, enum mode mode, const char *actor, char *error, size_t error_size);

struct monitor_mode {
	enum mode mode;         // wanted
	char actor[ACTOR_SIZE]; // who said so
	uint64_t changed_ns;    // 0: the configuration, at all times
};

struct monitor_view {
	const struct history *history; // empty: no data plane. Changes with the next turn
	struct monitor_mode mode;
	const char *problem;       // why there is no data plane; "" if there is one
	uint64_t problem_since_ns; // UTC
	const char *store_problem; // why contacts cannot be stored; "" if they can
	uint64_t settled_early;    // see control/bookkeeper.h
};

void monitor_look(const struct monitor *monitor, struct monitor_view *view);
