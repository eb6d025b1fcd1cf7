// SPDX-License-Identifier: BSD-3-Clause

// sekisho decode: how the decoder of the data plane understands each frame of a capture, or why
// not.

#include "config/prefix_set.h"
#include "tools/sekisho/capture.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/decoded_frame.h"
#include "tools/sekisho/subscriber_prefixes.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

static const char help[] =
	"usage: sekisho decode [OPTION]... CAPTURE...\n"
	"\n"
	"Says of each frame of the captures (pcap, pcapng, - for standard input), one after the\n"
	"other, how the data plane understands it: what lies around the innermost packet, its\n"
	"addresses, transport and ports, whose it is, or why nothing can be told.\n"
	"\n"
	"  --subscribers PREFIX  who is a subscriber; may be repeated; default: the\n"
	"                        configuration's, else the private ranges\n"
	"  --config FILE         subscribers and decode of a sekisho.conf\n"
	"  --json                one JSON object a line instead of a text\n"
	"\n"
	"Exit status: 0 done; 1 a capture is cut or damaged (all before that is shown);\n"
	"2 could not run.\n";

enum option_id {
	OPTION_CONFIG = 1,
	OPTION_HELP,
	OPTION_JSON,
	OPTION_SUBSCRIBERS,
};

static const struct option option_table[] = {
	{"config", required_argument, NULL, OPTION_CONFIG},
	{"help", no_argument, NULL, OPTION_HELP},
	{"json", no_argument, NULL, OPTION_JSON},
	{"subscribers", required_argument, NULL, OPTION_SUBSCRIBERS},
	{NULL, 0, NULL, 0},
};

struct request {
	const char *program;
	const char *config_path;
	const char **prefixes;
	size_t prefix_count;
	char **paths; // points into argv
	size_t count;
	bool json;
};

// false: say no more and exit with `*status`.
static bool request_read(int argc, char **argv, struct request *request, int *status)
{
	int id;

	*status = COMMAND_FAILED;
	while ((id = getopt_long(argc, argv, "", option_table, NULL)) != -1) {
		switch (id) {
		case OPTION_CONFIG:
			request->config_path = optarg;
			break;
		case OPTION_HELP:
			fputs(help, stdout);
			*status = COMMAND_OK;
			return false;
		case OPTION_JSON:
			request->json = true;
			break;
		case OPTION_SUBSCRIBERS:
			request->prefixes[request->prefix_count++] = optarg;
			break;
		default: // getopt_long has said what is wrong
			return false;
		}
	}
	request->paths = argv + optind;
	request->count = (size_t)(argc - optind);
	if (request->count == 0)
		fprintf(stderr, "%s: name at least one capture; %s --help\n", argv[0], argv[0]);
	return request->count != 0;
}

static struct config *config_make(const struct request *request)
{
	char error[CONFIG_ERROR_SIZE] = "no memory";
	struct config *config = request->config_path != NULL
					? config_load(request->config_path, error)
					: config_default();

	if (config == NULL) {
		fprintf(stderr, "%s: %s\n", request->program, error);
		return NULL;
	}
	if (subscriber_prefixes_replace(request->program, &config->subscribers, request->prefixes,
		    request->prefix_count))
		return config;
	config_free(config);
	return NULL;
}

// Whoever reads no further need not be told.
static int output_fail(const struct request *request)
{
	if (errno != EPIPE)
		fprintf(stderr, "%s: standard output could not be written\n", request->program);
	return COMMAND_FAILED;
}

// Returns the exit status.
static int capture_show(const struct request *request, const struct decoded_frame_view *view,
	struct captures *capture, const char *path)
{
	struct decoded_frame decoded = {.capture = path};
	enum capture_status status;
	char error[CAPTURE_ERROR_SIZE];
	int result = COMMAND_OK;

	while ((status = captures_next(capture, &decoded.frame, error, sizeof(error))) !=
		CAPTURE_END) {
		if (status == CAPTURE_BROKEN) {
			fflush(stdout);
			fprintf(stderr, "%s: %s\n", request->program, error);
			result = COMMAND_UNWELL;
			continue;
		}
		decoded.number++;
		decoded_frame_fill(&decoded, view);
		if (!request->json)
			decoded_frame_print_text(stdout, &decoded, request->count > 1);
		else if (!decoded_frame_print_json(stdout, &decoded))
			return output_fail(request);
		if (ferror(stdout))
			return output_fail(request);
	}
	return result;
}

// All are opened before the first is shown: a name that is wrong is told at once.
static struct captures **captures_open_each(const struct request *request)
{
	struct captures **captures = calloc(request->count, sizeof(struct captures *));
	char error[CAPTURE_ERROR_SIZE] = "no memory";

	for (size_t i = 0; captures != NULL && i < request->count; i++) {
		captures[i] = captures_open(&request->paths[i], 1, error, sizeof(error));
		if (captures[i] == NULL) {
			while (i-- > 0)
				captures_close(captures[i]);
			free(captures);
			captures = NULL;
		}
	}
	if (captures == NULL)
		fprintf(stderr, "%s: %s\n", request->program, error);
	return captures;
}

static int captures_show(const struct request *request, const struct decoded_frame_view *view)
{
	struct captures **captures = captures_open_each(request);
	int result = COMMAND_OK;

	if (captures == NULL)
		return COMMAND_FAILED;
	for (size_t i = 0; i < request->count; i++) {
		if (result != COMMAND_FAILED) {
			const int status =
				capture_show(request, view, captures[i], request->paths[i]);

			if (status != COMMAND_OK)
				result = status;
		}
		captures_close(captures[i]);
	}
	free(captures);
	if (result != COMMAND_FAILED && fflush(stdout) != 0)
		return output_fail(request);
	return result;
}

static int request_run(const struct request *request, const struct config *config)
{
	const struct config_subscribers *subscribers = &config->subscribers;
	struct prefix_set *prefixes =
		prefix_set_create(subscribers->prefixes, subscribers->prefix_count);
	struct subscribers *found = subscribers_create(subscribers);
	const struct decoded_frame_view view = {
		.prefixes = prefixes,
		.subscribers = found,
		.depth = config->decode.depth,
	};
	int status = COMMAND_FAILED;

	if (prefixes != NULL && found != NULL)
		status = captures_show(request, &view);
	else
		fprintf(stderr, "%s: no memory for %zu prefixes\n", request->program,
			subscribers->prefix_count);
	subscribers_free(found);
	prefix_set_free(prefixes);
	return status;
}

int decode_main(int argc, char **argv)
{
	struct request request = {
		.program = argv[0],
		// No more than there are arguments.
		.prefixes = calloc((size_t)argc, sizeof(*request.prefixes)),
	};
	int status = COMMAND_FAILED;

	if (request.prefixes == NULL) {
		fprintf(stderr, "%s: no memory\n", argv[0]);
	} else if (request_read(argc, argv, &request, &status)) {
		struct config *config = config_make(&request);

		status = config == NULL ? COMMAND_FAILED : request_run(&request, config);
		config_free(config);
	}
	free(request.prefixes);
	return status;
}
