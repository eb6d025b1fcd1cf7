// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The options that the subcommands on a running control plane share, and which socket they mean:
// --socket, or runtime_dir of --config, else SEKISHO_SOCKET, else the one of a configuration that
// says nothing.

#include <sys/un.h>

#include <stdbool.h>
#include <stdint.h>

// What a subcommand takes beside --socket, --config and --help.
#define LIVE_JSON       0x01u
#define LIVE_LIMIT      0x02u
#define LIVE_OFFSET     0x04u
#define LIVE_SUBSCRIBER 0x08u
#define LIVE_FORCE      0x10u

struct live_options {
	const char *program; // for messages: "sekisho list load"
	char socket[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	bool json, force;
	uint32_t limit; // 0: not said
	uint32_t offset;
	const char *subscriber; // NULL: all
	char **operands;        // into argv
	int operand_count;
};

// The end of every subcommand's --help.
#define LIVE_OPTIONS_HELP \
	"  --socket PATH   the control plane's socket\n" \
	"  --config FILE   a sekisho.conf whose runtime_dir holds it; default: SEKISHO_SOCKET,\n" \
	"                  else /run/sekisho/control.sock\n"

// Also sets the locale. true: go on. false: return `*status`; --help has been printed, or the one
// line about what is wrong.
bool live_options_parse(struct live_options *options, int argc, char **argv, unsigned takes,
	int operands_max, const char *help, int *status);
