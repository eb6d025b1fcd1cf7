// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which contacts a request wants to see: {"command", "subscriber", "since", "until", "family",
// "evidence", "limit"}, all but the first optional, and nothing else.
//
//   subscriber  a subscriber's name or the text of a key, also if that looks like an address; of an
//               address or prefix also whoever was seen with it. An address stands for the key that
//               it belongs to
//   since, until  RFC 3339 UTC; whole seconds, the last one included
//   evidence    at least; EVIDENCE_ATTEMPTED if not said

#include "config/config.h"
#include "control/store/contact_list.h"

#include <jansson.h>

#define REPORT_LIMIT_MAX     100000
#define REPORT_LIMIT_DEFAULT 1000

struct report_filter {
	struct contact_filter filter; // refers to `within` and to the request's texts
	struct prefix within;
};

// NULL: understood; else {"error"}. `command` is named in errors. `filter` must stay in its place.
json_t *filter_read(struct report_filter *filter, const char *command, const json_t *request,
	const struct config *config);
