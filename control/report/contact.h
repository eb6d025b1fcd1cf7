// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A contact in JSON, the same in events and reports.

#include "config/address.h"
#include "control/store/contacts.h"

#include <jansson.h>

// Takes over `object` (NULL is allowed) and adds "flags", the names of those that are set, if any
// is. NULL: no memory.
json_t *flags_add(json_t *object, uint8_t flags);

json_t *prefix_json(const struct prefix *prefix); // an address where it is one

json_t *time_json(uint64_t ns); // RFC 3339 UTC, milliseconds; null for 0

// Takes over `object` (NULL is allowed) and adds the contact's members. NULL: no memory.
json_t *contact_json(json_t *object, const struct stored_contact *contact);
