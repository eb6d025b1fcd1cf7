// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The link on which a capture was taken, as far as captures and configuration tell: the
// configuration's first, or one named "replay" that is keyed by address.
//
// A capture does not say by which port a frame came. Its addresses do: what has a subscriber's
// source came from the subscribers' side. Where the tunnel says whose a packet is, the tunnel's
// source counts; else the innermost one, then those around it. Single thread.

#include "config/config.h"
#include "dataplane/burst.h"

struct capture_link;

// Gives the configuration its link; `key` (NULL: as configured) is how --subscriber-key names the
// subscribers' key. false: there is no such key; printed as a line of `program`'s.
bool capture_link_choose(const char *program, struct config *config, const char *key);

// For a configuration with a link. NULL only when memory is out.
struct capture_link *capture_link_create(const struct config *config);
void capture_link_free(struct capture_link *link); // NULL is allowed

// Of a packet with addresses.
enum direction capture_link_direction(const struct capture_link *link, const struct packet *packet);
