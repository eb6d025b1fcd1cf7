// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/live_options.h"

#include "config/address.h"
#include "config/config.h"
#include "control/api.h"
#include "control/report/contacts.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/shown_text.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOCKET_VARIABLE "SEKISHO_SOCKET"
#define SOCKET_DEFAULT  "/run/sekisho/" API_SOCKET
#define SHOWN_SIZE      256

enum { SOCKET, CONFIG, JSON, LIMIT, OFFSET, SUBSCRIBER, FORCE, HELP };

static const struct {
	unsigned needs; // LIVE_*; 0: every subcommand takes it
	struct option option;
} known[] = {
	{0, {"socket", required_argument, NULL, SOCKET}},
	{0, {"config", required_argument, NULL, CONFIG}},
	{LIVE_JSON, {"json", no_argument, NULL, JSON}},
	{LIVE_LIMIT, {"limit", required_argument, NULL, LIMIT}},
	{LIVE_OFFSET, {"offset", required_argument, NULL, OFFSET}},
	{LIVE_SUBSCRIBER, {"subscriber", required_argument, NULL, SUBSCRIBER}},
	{LIVE_FORCE, {"force", no_argument, NULL, FORCE}},
	{0, {"help", no_argument, NULL, HELP}},
};
#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

static bool refuse(
	const struct live_options *options, const char *option, const char *value, const char *right)
{
	char shown[SHOWN_SIZE];

	shown_text(value, sizeof(shown), shown, sizeof(shown));
	fprintf(stderr, "%s: %s %s: %s\n", options->program, option, shown, right);
	return false;
}

static bool parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *number)
{
	unsigned long value;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || value < least || value > most)
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool set_socket(
	struct live_options *options, const char *name, const char *directory, const char *path)
{
	const int length =
		snprintf(options->socket, sizeof(options->socket), "%s%s", directory, path);

	if (length > 0 && length < (int)sizeof(options->socket))
		return true;
	return refuse(options, name, length > 0 ? path : "\"\"",
		"no name for a socket; 1 to 107 bytes would be right");
}

static bool socket_of_config(struct live_options *options, const char *path)
{
	char error[CONFIG_ERROR_SIZE], shown[CONFIG_ERROR_SIZE];
	struct config *config = config_load(path, error);
	bool done;

	if (config == NULL) {
		shown_text(error, sizeof(shown), shown, sizeof(shown));
		fprintf(stderr, "%s: %s\n", options->program, shown);
		return false;
	}
	done = set_socket(options, "runtime_dir", config->runtime_dir, "/" API_SOCKET);
	config_free(config);
	return done;
}

static bool take_option(struct live_options *options, int option, const char **config)
{
	struct prefix prefix;

	switch (option) {
	case SOCKET:
		*config = NULL;
		return set_socket(options, "--socket", "", optarg);
	case CONFIG:
		*config = optarg;
		return true;
	case JSON:
		options->json = true;
		return true;
	case FORCE:
		options->force = true;
		return true;
	case LIMIT:
		return parse_number(optarg, 1, REPORT_LIMIT_MAX, &options->limit) ||
		       refuse(options, "--limit", optarg, "1 to 100000 would be right");
	case OFFSET:
		return parse_number(optarg, 0, UINT32_MAX, &options->offset) ||
		       refuse(options, "--offset", optarg, "0 to 4294967295 would be right");
	case SUBSCRIBER:
		options->subscriber = optarg;
		return prefix_parse(optarg, strlen(optarg), &prefix) ||
		       refuse(options, "--subscriber", optarg,
			       "an address or a prefix would be right");
	default:
		return false;
	}
}

bool live_options_parse(struct live_options *options, int argc, char **argv, unsigned takes,
	int operands_max, const char *help, int *status)
{
	struct option accepted[KNOWN_COUNT + 1] = {0};
	const char *variable = getenv(SOCKET_VARIABLE), *config = NULL;
	size_t count = 0;
	int option;

	setlocale(LC_ALL, "");
	*options = (struct live_options){.program = argv[0]};
	*status = COMMAND_FAILED;
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		if (known[i].needs == 0 || (takes & known[i].needs) != 0)
			accepted[count++] = known[i].option;
	while ((option = getopt_long(argc, argv, "", accepted, NULL)) != -1) {
		if (option == HELP) {
			fputs(help, stdout);
			*status = COMMAND_OK;
			return false;
		}
		if (!take_option(options, option, &config))
			return false;
	}
	options->operands = argv + optind;
	options->operand_count = argc - optind;
	if (options->operand_count > operands_max)
		return refuse(options, "unexpected operand", argv[optind + operands_max],
			"--help says what is taken");
	if (config != NULL)
		return socket_of_config(options, config);
	if (options->socket[0] != '\0')
		return true;
	if (variable != NULL && variable[0] != '\0')
		return set_socket(options, SOCKET_VARIABLE, "", variable);
	return set_socket(options, "socket", "", SOCKET_DEFAULT);
}
