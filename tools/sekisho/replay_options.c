// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/replay_options.h"

#include "control/feed/feed.h"
#include "tools/sekisho/capture_link.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/subscriber_prefixes.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// For rows that name none: what a feed has in the configuration if it does not say.
#define LEVEL_DEFAULT 3

static const char help[] =
	"usage: sekisho replay [OPTION]... CAPTURE...\n"
	"\n"
	"Sends captures (pcap, pcapng, - for standard input) through the stages of the data\n"
	"plane, in the order of their time stamps, and reports what it would have seen.\n"
	"\n"
	"  --list [FORMAT:]FILE  a list of C&C servers: csv, maltrail, feodo, feodo-json,\n"
	"                        threatfox, threatfox-json, sslbl, drop, iprep, zeek-intel or\n"
	"                        plain; the format is detected if not said; may be repeated\n"
	"  --level N             1..4, for rows of --list that name no level; default 3\n"
	"  --subscribers PREFIX  who is a subscriber; may be repeated; default: the\n"
	"                        configuration's, else the private ranges\n"
	"  --subscriber-key KEY  where packets say whose they are: address, address_port,\n"
	"                        outer, vlan, vlan_pair, pppoe or mpls; default: that of\n"
	"                        the configuration's first link, else address\n"
	"  --mode M              alert, shadow or enforce; default: the configuration's,\n"
	"                        else alert\n"
	"  --config FILE         feeds, policy, subscribers, never_block, mode and the\n"
	"                        first link's key of a sekisho.conf\n"
	"  --write OUT.pcap      write the frames that were forwarded\n"
	"  --json                one JSON object instead of a text\n"
	"\n"
	"Exit status: 0 done; 1 a capture is cut or damaged (all before that is reported);\n"
	"2 could not run; 130 interrupted (what was read is reported).\n";

// The arguments before they are applied, because --config may come last.
struct arguments {
	const char *config_path;
	const char *mode;
	const char *key;
	const char *level;
	const char **lists;
	size_t list_count;
	const char **prefixes;
	size_t prefix_count;
};

static bool level_parse(const char *text, uint8_t *level)
{
	if (text[0] < '1' || text[0] > '4' || text[1] != '\0')
		return false;
	*level = (uint8_t)(text[0] - '0');
	return true;
}

// A colon may also belong to the file's name: only a known format is one.
static const char *list_split(const char *text, const char **format)
{
	const char *colon = strchr(text, ':');
	enum feed_format found;
	char word[16];

	*format = NULL;
	if (colon == NULL || (size_t)(colon - text) >= sizeof(word))
		return text;
	memcpy(word, text, (size_t)(colon - text));
	word[colon - text] = '\0';
	if (!feed_format_parse(word, &found))
		return text;
	*format = feed_format_name(found);
	return colon + 1;
}

static bool lists_add(const char *program, struct config *config, const struct arguments *arguments)
{
	uint8_t level = LEVEL_DEFAULT;

	if (arguments->level != NULL && !level_parse(arguments->level, &level)) {
		fprintf(stderr, "%s: --level %s: a level is 1, 2, 3 or 4\n", program,
			arguments->level);
		return false;
	}
	if (arguments->list_count == 0)
		return true;
	struct config_feed *feeds = reallocarray(
		config->feeds, config->feed_count + arguments->list_count, sizeof(*feeds));
	if (feeds == NULL)
		goto no_memory;
	config->feeds = feeds;
	for (size_t i = 0; i < arguments->list_count; i++) {
		struct config_feed *feed = &feeds[config->feed_count];
		const char *format;
		const char *path = list_split(arguments->lists[i], &format);

		*feed = (struct config_feed){.level = level, .shrink_percent = 100};
		snprintf(feed->name, sizeof(feed->name), "--list %zu", i + 1);
		config->feed_count++;
		feed->path = strdup(path);
		if (format != NULL)
			feed->format = strdup(format);
		if (feed->path == NULL || (format != NULL && feed->format == NULL))
			goto no_memory;
	}
	return true;
no_memory:
	fprintf(stderr, "%s: no memory for %zu lists\n", program, arguments->list_count);
	return false;
}

static struct config *config_make(const char *program, const struct arguments *arguments)
{
	char error[CONFIG_ERROR_SIZE] = "no memory";
	struct config *config = arguments->config_path != NULL
					? config_load(arguments->config_path, error)
					: config_default();

	if (config == NULL) {
		fprintf(stderr, "%s: %s\n", program, error);
		return NULL;
	}
	if (arguments->mode != NULL && !mode_parse(arguments->mode, &config->mode)) {
		fprintf(stderr, "%s: --mode %s: a mode is alert, shadow or enforce\n", program,
			arguments->mode);
		goto free_config;
	}
	if (!capture_link_choose(program, config, arguments->key) ||
		!lists_add(program, config, arguments) ||
		!subscriber_prefixes_replace(program, &config->subscribers, arguments->prefixes,
			arguments->prefix_count))
		goto free_config;
	return config;
free_config:
	config_free(config);
	return NULL;
}

enum option_id {
	OPTION_CONFIG = 1,
	OPTION_HELP,
	OPTION_JSON,
	OPTION_LEVEL,
	OPTION_LIST,
	OPTION_MODE,
	OPTION_SUBSCRIBER_KEY,
	OPTION_SUBSCRIBERS,
	OPTION_WRITE,
};

static const struct option option_table[] = {
	{"config", required_argument, NULL, OPTION_CONFIG},
	{"help", no_argument, NULL, OPTION_HELP},
	{"json", no_argument, NULL, OPTION_JSON},
	{"level", required_argument, NULL, OPTION_LEVEL},
	{"list", required_argument, NULL, OPTION_LIST},
	{"mode", required_argument, NULL, OPTION_MODE},
	{"subscriber-key", required_argument, NULL, OPTION_SUBSCRIBER_KEY},
	{"subscribers", required_argument, NULL, OPTION_SUBSCRIBERS},
	{"write", required_argument, NULL, OPTION_WRITE},
	{NULL, 0, NULL, 0},
};

// false: the help was printed, or an error.
static bool arguments_read(int argc, char **argv, struct arguments *arguments,
	struct replay_options *options, int *status)
{
	int id;

	*status = COMMAND_FAILED;
	while ((id = getopt_long(argc, argv, "", option_table, NULL)) != -1) {
		switch (id) {
		case OPTION_CONFIG:
			arguments->config_path = optarg;
			break;
		case OPTION_HELP:
			fputs(help, stdout);
			*status = COMMAND_OK;
			return false;
		case OPTION_JSON:
			options->json = true;
			break;
		case OPTION_LEVEL:
			arguments->level = optarg;
			break;
		case OPTION_LIST:
			arguments->lists[arguments->list_count++] = optarg;
			break;
		case OPTION_MODE:
			arguments->mode = optarg;
			break;
		case OPTION_SUBSCRIBER_KEY:
			arguments->key = optarg;
			break;
		case OPTION_SUBSCRIBERS:
			arguments->prefixes[arguments->prefix_count++] = optarg;
			break;
		case OPTION_WRITE:
			options->write_path = optarg;
			break;
		default: // getopt_long has said what is wrong
			return false;
		}
	}
	options->captures = argv + optind;
	options->capture_count = (size_t)(argc - optind);
	if (options->capture_count == 0) {
		fprintf(stderr, "%s: name at least one capture; %s --help\n", argv[0], argv[0]);
		return false;
	}
	if (options->write_path != NULL && strcmp(options->write_path, "-") == 0) {
		fprintf(stderr, "%s: --write -: standard output is the report's; name a file\n",
			argv[0]);
		return false;
	}
	return true;
}

bool replay_options_parse(int argc, char **argv, struct replay_options *options, int *status)
{
	struct arguments arguments = {
		// No more of each than there are arguments.
		.lists = calloc((size_t)argc, sizeof(*arguments.lists)),
		.prefixes = calloc((size_t)argc, sizeof(*arguments.prefixes)),
	};

	*options = (struct replay_options){0};
	*status = COMMAND_FAILED;
	if (arguments.lists == NULL || arguments.prefixes == NULL)
		fprintf(stderr, "%s: no memory\n", argv[0]);
	else if (arguments_read(argc, argv, &arguments, options, status))
		options->config = config_make(argv[0], &arguments);
	free(arguments.prefixes);
	free(arguments.lists);
	return options->config != NULL;
}

void replay_options_clear(struct replay_options *options)
{
	config_free(options->config);
	options->config = NULL;
}
