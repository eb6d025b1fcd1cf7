// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One question to the control plane and what comes of it, for subcommands that ask once.

#include "tools/sekisho/live_options.h"

#include <jansson.h>

// Takes over `request`. NULL: no answer, or a refusal; the one line about it is on stderr, and the
// subcommand ends with COMMAND_FAILED.
json_t *exchange(const struct live_options *options, json_t *request, int timeout_ms);

// Ends a subcommand: prints the answer as JSON where that is wanted, takes it over, and gives the
// exit status: `status`, or COMMAND_FAILED with one line on stderr if the output was not written.
int exchange_end(const struct live_options *options, json_t *answer, int status);

// One line on stderr: "PROGRAM: TEXT", harmless.
void exchange_complain(const struct live_options *options, const char *text);
