// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Lists in JSON, as control/api.h says: the state of a feed, what a load did or would do, the
// indicators in force.

#include "control/control.h"
#include "control/loader.h"

#include <jansson.h>

#define LIST_SHOW_LIMIT_MAX 10000

// All give NULL only when memory is out.

json_t *feed_state_json(const struct feed_state *feed);

// The answer to load, rollback and diff.
json_t *list_answer_json(const struct loader_answer *answer, const struct config *config);

// One indicator with its sources, and whether the over-block guard disarmed it.
json_t *list_indicator_json(const struct indicator *indicator, const struct loader_view *lists,
	const struct config *config);

// Rows that the guard withheld: of `wanted`, an address or a domain as rows have it, or NULL: all.
json_t *list_quarantined_json(const struct quarantine *quarantine, const char *wanted,
	json_int_t offset, json_int_t limit, const struct config *config);

// {"address": text, "port": N, "limit": N, "offset": N}, all optional: the indicators of one
// address, or a page of all. With "quarantined": true, the rows that the guard withheld of an
// address or domain, or a page of all. {"error"} when the request is not understood.
json_t *list_show_json(const struct control *control, const json_t *request);
