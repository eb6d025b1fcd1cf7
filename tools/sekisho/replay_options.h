// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What `sekisho replay` was asked to do: its options, made into one configuration.
//
// The configuration is that of --config, else the defaults. --mode, --subscribers and
// --subscriber-key replace what it says, --list adds a feed to it; so everything behind this file
// knows only a configuration. It has at least one link, the one that captures are taken for: if it
// names none, "replay".

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>

struct replay_options {
	struct config *config;
	char **captures; // points into argv
	size_t capture_count;
	const char *write_path; // NULL: write no frames
	bool json;
};

// true: go on, and replay_options_clear later. false: say no more and exit with `*status`; the
// error, or the help that was asked for, has been printed.
bool replay_options_parse(int argc, char **argv, struct replay_options *options, int *status);
void replay_options_clear(struct replay_options *options);
