// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which configuration was in force when, for the audit log: the SHA-256 of its file, so that
// `sha256sum sekisho.conf` of a kept copy says whether it was that one.

#include "config/config.h"
#include "control/store/chain.h"
#include "control/store/store.h"

// Of the file as it is now, in hexadecimal digits. -1 with one line in `error`.
int configuration_digest(
	const char *path, char digest[CHAIN_TEXT_SIZE], char *error, size_t error_size);

// Appends an entry if it is another one than at the last start. -1: store_error says why.
int configuration_note(struct store *store, const struct config *config, const char *digest);
