// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Options of the subcommands that ask a control plane.

#include <jansson.h>

#include <stdbool.h>

// Which options a subcommand takes besides --socket, --config, --json and --help.
#define CLIENT_LIMIT       1u
#define CLIENT_FORCE       4u
#define CLIENT_NAME        8u // --subscriber alone
#define CLIENT_AT          16u
#define CLIENT_FILTER      32u // --subscriber, --since, --until, --family, --evidence
#define CLIENT_FILE        64u
#define CLIENT_QUARANTINED 128u
#define CLIENT_SHARE       256u // --per-mille
#define CLIENT_NOTE        512u
#define CLIENT_EFFECT      1024u // --trial, --before, --after, --quiet-days, --csv
#define CLIENT_ALL         2048u

struct client_options {
	char *socket; // client_options_free releases it
	bool json;
	bool force;
	json_int_t limit; // 0: not said
	// As typed; NULL: not said. See contact_query.h.
	const char *subscriber, *since, *until, *family, *evidence;
	const char *at;   // a time, as typed; NULL: not said
	const char *file; // NULL: not said
	bool quarantined;
	json_int_t per_mille; // -1: not said
	// NULL: not said.
	const char *note, *trial, *before, *after;
	json_int_t quiet_days; // 0: not said
	bool csv;
	bool all;
	int operand_count;
	char **operands;
};

// Reads the arguments of a subcommand. false: the process is to end with `*status`, and why has
// been said.
bool client_options_parse(int argc, char **argv, unsigned allowed, int operands_max,
	const char *usage, struct client_options *options, int *status);
void client_options_free(struct client_options *options);
