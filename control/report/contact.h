// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A contact in JSON, the same in events, reports and `sekisho replay`.

#include "control/store/contacts.h"

#include <jansson.h>

// An address, or a prefix where the subscriber is one. `length` in bits of the 16-byte form.
json_t *subscriber_json(const uint8_t subscriber[16], uint8_t length);

json_t *time_json(uint64_t ns); // RFC 3339 UTC, milliseconds; null for 0

// Takes over `object` (NULL is allowed) and adds the contact's members. NULL: no memory.
json_t *contact_json(json_t *object, const struct stored_contact *contact);
