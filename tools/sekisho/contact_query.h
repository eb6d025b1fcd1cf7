// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The request of `sekisho contacts` and `sekisho subscribers`, from what was typed.

#include "tools/sekisho/client.h"

#define CONTACT_QUERY_USAGE \
	"[--subscriber ID|ADDRESS|PREFIX] [--since TIME] [--until TIME]\n" \
	"       [--family F] [--evidence E] [--limit N] [--json] [--socket PATH | --config " \
	"FILE]\n" \
	"TIME: 2026-11-22T06:30:00Z, or so long ago: 24h, 7d\n" \
	"E, at least: unsolicited, attempted, answered, conversed"

// The caller's. NULL: one line has been printed to stderr; `name` is the subcommand's.
json_t *contact_query_make(
	const char *name, const char *command, const struct client_options *options);
