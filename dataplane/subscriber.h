// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packet → subscriber: who on our side of the link exchanged it.
//
// The key is the inner address on the subscriber's side, masked to the configured length: one IPv4
// address, one delegated IPv6 prefix. Only addresses inside the configured prefixes are
// subscribers; others are foreign (spoofed, transit, or a prefix the operator forgot).
// Immutable after creation; datapath, asked only about packets to or from a listed service.

#include "config/config.h"
#include "config/subscriber_key.h"
#include "dataplane/burst.h"

struct subscribers;

// Copies what it needs. NULL only when memory is out.
struct subscribers *subscribers_create(const struct config_subscribers *config);
void subscribers_free(struct subscribers *subscribers); // NULL is allowed

// false: foreign.
bool subscriber_find(const struct subscribers *subscribers, const struct packet *packet,
	enum direction direction, struct subscriber_key *key);
