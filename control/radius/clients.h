// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who may send accounting, and with what secret.
//
// A secret is the first line of its file. A file that others than its owner and group can read is
// refused: the secret would be everybody's. The files are read as the user that sekisho-control
// runs as, once, at start.
//
// Main thread.

#include "config/config.h"
#include "control/radius/authenticator.h"

#define RADIUS_SECRET_MAX 128 // bytes

struct radius_clients;

// NULL with one line in `error`.
struct radius_clients *radius_clients_create(
	const struct config_radius *radius, const char *user, char *error, size_t error_size);
void radius_clients_free(struct radius_clients *clients); // NULL is allowed

// The index of the client in the configuration, that with the longest prefix; -1: nobody's.
int radius_clients_find(const struct radius_clients *clients, const struct address *address);

const struct radius_secret *radius_clients_secret(const struct radius_clients *clients, int client);
