// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client_options.h"

#include "config/config.h"
#include "tools/sekisho/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOCKET_DEFAULT "/run/sekisho/control.sock"

static char *socket_of_config(const char *path)
{
	char error[CONFIG_ERROR_SIZE], *name = NULL;
	struct config *config = config_load(path, error);

	if (!config) {
		fprintf(stderr, "sekisho: %s\n", error);
		return NULL;
	}
	if (asprintf(&name, "%s/control.sock", config->runtime_dir) < 0)
		name = NULL;
	config_free(config);
	return name;
}

static bool parse_number(const char *name, const char *option, const char *text, json_int_t least,
	json_int_t most, json_int_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && *number >= least && *number <= most)
		return true;
	fprintf(stderr, "%s: --%s \"%s\": should be a whole number, %lld to %lld\n", name, option,
		text, (long long)least, (long long)most);
	return false;
}

static const char **effect_option(struct client_options *options, int option)
{
	return option == 't' ? &options->trial : option == 'o' ? &options->before : &options->after;
}

static const char **filter_option(struct client_options *options, int option)
{
	return option == 'b'   ? &options->since
	       : option == 'e' ? &options->until
	       : option == 'm' ? &options->family
			       : &options->evidence;
}

bool client_options_parse(int argc, char **argv, unsigned allowed, int operands_max,
	const char *usage, struct client_options *options, int *status)
{
	static const struct option known[] = {
		{"socket", required_argument, NULL, 's'},
		{"config", required_argument, NULL, 'c'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{"limit", required_argument, NULL, 'l'},
		{"subscriber", required_argument, NULL, 'u'},
		{"force", no_argument, NULL, 'f'},
		{"at", required_argument, NULL, 'a'},
		{"file", required_argument, NULL, 'i'},
		{"quarantined", no_argument, NULL, 'q'},
		{"all", no_argument, NULL, 'A'},
		{"since", required_argument, NULL, 'b'},
		{"until", required_argument, NULL, 'e'},
		{"family", required_argument, NULL, 'm'},
		{"evidence", required_argument, NULL, 'v'},
		{"per-mille", required_argument, NULL, 'p'},
		{"note", required_argument, NULL, 'n'},
		{"trial", required_argument, NULL, 't'},
		{"before", required_argument, NULL, 'o'},
		{"after", required_argument, NULL, 'r'},
		{"quiet-days", required_argument, NULL, 'd'},
		{"csv", no_argument, NULL, 'x'},
		{NULL, 0, NULL, 0},
	};
	const char *socket = getenv("SEKISHO_SOCKET"), *config = NULL;
	int option;

	memset(options, 0, sizeof(*options));
	options->per_mille = -1;
	*status = COMMAND_FAILED;
	optind = 0;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		bool fits = true;

		switch (option) {
		case 's':
			socket = optarg;
			break;
		case 'c':
			config = optarg;
			break;
		case 'j':
			options->json = true;
			break;
		case 'h':
			printf("usage: %s %s\n", argv[0], usage);
			*status = COMMAND_OK;
			return false;
		case 'l':
			fits = allowed & CLIENT_LIMIT;
			if (fits && !parse_number(argv[0], "limit", optarg, 1, UINT32_MAX,
					    &options->limit))
				return false;
			break;
		case 'u':
			fits = allowed & (CLIENT_FILTER | CLIENT_NAME);
			options->subscriber = optarg;
			break;
		case 'b':
		case 'e':
		case 'm':
		case 'v':
			fits = allowed & CLIENT_FILTER;
			*filter_option(options, option) = optarg;
			break;
		case 'f':
			fits = allowed & CLIENT_FORCE;
			options->force = true;
			break;
		case 'a':
			fits = allowed & CLIENT_AT;
			options->at = optarg;
			break;
		case 'i':
			fits = allowed & CLIENT_FILE;
			options->file = optarg;
			break;
		case 'q':
			fits = allowed & CLIENT_QUARANTINED;
			options->quarantined = true;
			break;
		case 'p':
			fits = allowed & CLIENT_SHARE;
			if (fits && !parse_number(argv[0], "per-mille", optarg, 0, 1000,
					    &options->per_mille))
				return false;
			break;
		case 'n':
			fits = allowed & CLIENT_NOTE;
			options->note = optarg;
			break;
		case 't':
		case 'o':
		case 'r':
			fits = allowed & CLIENT_EFFECT;
			*effect_option(options, option) = optarg;
			break;
		case 'd':
			fits = allowed & CLIENT_EFFECT;
			if (fits && !parse_number(argv[0], "quiet-days", optarg, 1, 3650,
					    &options->quiet_days))
				return false;
			break;
		case 'x':
			fits = allowed & CLIENT_EFFECT;
			options->csv = true;
			break;
		case 'A':
			fits = allowed & CLIENT_ALL;
			options->all = true;
			break;
		default:
			return false; // getopt has said it
		}
		if (!fits) {
			fprintf(stderr, "usage: %s %s\n", argv[0], usage);
			return false;
		}
	}
	options->operands = argv + optind;
	options->operand_count = argc - optind;
	if (options->operand_count > operands_max) {
		fprintf(stderr, "usage: %s %s\n", argv[0], usage);
		return false;
	}
	options->socket = config ? socket_of_config(config)
				 : strdup(socket && *socket ? socket : SOCKET_DEFAULT);
	return options->socket != NULL;
}

void client_options_free(struct client_options *options)
{
	free(options->socket);
}
