// SPDX-License-Identifier: BSD-3-Clause

// sekisho replay: captures through the stages of the data plane, lists through the steps of the
// control plane, and a report of what the appliance would have seen.

#include "config/utc.h"
#include "tools/sekisho/capture.h"
#include "tools/sekisho/capture_writer.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/offline_eal.h"
#include "tools/sekisho/player.h"
#include "tools/sekisho/progress.h"
#include "tools/sekisho/replay_options.h"
#include "tools/sekisho/ruleset.h"
#include "tools/sekisho/tally.h"

#include <signal.h>
#include <stdio.h>

// What shells make of SIGINT: scripts stop on it, and unlike 1 it is no statement on the captures.
#define STATUS_INTERRUPTED 130

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

// The second one ends the process at once. No SA_RESTART: a pipe may keep us waiting.
static void interrupt_catch(void)
{
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
}

static struct ruleset *rules_load(
	const char *program, const struct config *config, uint64_t first_ns)
{
	char error[CONFIG_ERROR_SIZE];
	// Validity is judged by the captures' clock: an entry that had ended when the first frame
	// was seen takes no part. No frame, or a capture without times, keeps all.
	struct ruleset *ruleset =
		ruleset_load(config, (int64_t)(first_ns / UTC_NS_PER_S), error, sizeof(error));

	if (ruleset == NULL) {
		fprintf(stderr, "%s: %s\n", program, error);
		return NULL;
	}
	for (size_t i = 0; i < ruleset->list_count; i++)
		if (ruleset_list_remark(&ruleset->lists[i], error, sizeof(error)))
			fprintf(stderr, "%s: %s\n", program, error);
	for (size_t i = 0; i < registry_count(ruleset->registry); i++)
		if (ruleset_registry_remark(
			    registry_state(ruleset->registry, i), error, sizeof(error)))
			fprintf(stderr, "%s: %s\n", program, error);
	if (config->feed_count == 0)
		fprintf(stderr,
			"%s: no list: nothing can match; name one with --list or --config\n",
			program);
	return ruleset;
}

static void frame_write(void *context, const struct capture_frame *frame)
{
	capture_writer_write(context, frame);
}

static bool writer_open(const char *program, const struct replay_options *options,
	const struct captures *captures, struct capture_writer **writer)
{
	const int link_type = captures_link_type(captures);
	char error[CAPTURE_ERROR_SIZE];

	*writer = NULL;
	if (options->write_path == NULL)
		return true;
	if (link_type < 0) {
		fprintf(stderr,
			"%s: --write %s: the captures have different link layers, and a pcap file "
			"has one; replay them apart\n",
			program, options->write_path);
		return false;
	}
	if (captures_contain(captures, options->write_path)) {
		fprintf(stderr, "%s: --write %s: is one of the captures; name another file\n",
			program, options->write_path);
		return false;
	}
	*writer = capture_writer_open(options->write_path, link_type, error, sizeof(error));
	if (*writer == NULL)
		fprintf(stderr, "%s: --write: %s\n", program, error);
	return *writer != NULL;
}

// Returns the exit status. All frames, or those until somebody interrupts.
static int frames_play(const char *program, struct captures *captures, struct player *player)
{
	struct progress progress;
	struct capture_frame frame;
	enum capture_status status;
	char error[CAPTURE_ERROR_SIZE];
	uint64_t frames = 0;
	int result = COMMAND_OK;

	interrupt_catch();
	progress_start(&progress);
	while (!interrupted &&
		(status = captures_next(captures, &frame, error, sizeof(error))) != CAPTURE_END) {
		if (status == CAPTURE_BROKEN && interrupted)
			break; // the read was, not the capture
		if (status == CAPTURE_BROKEN) {
			progress_clear(&progress);
			fprintf(stderr, "%s: %s\n", program, error);
			result = COMMAND_UNWELL;
			continue;
		}
		player_feed(player, &frame);
		progress_update(&progress, captures, ++frames);
	}
	player_flush(player);
	progress_clear(&progress);
	if (interrupted) {
		fprintf(stderr, "%s: interrupted after %llu frames\n", program,
			(unsigned long long)frames);
		result = STATUS_INTERRUPTED;
	}
	return result;
}

static int replay_run(const char *program, const struct replay_options *options,
	struct captures *captures, struct ruleset *ruleset)
{
	struct tally tally = {
		.mode = options->config->mode,
		.link = options->config->links[0].name,
		.first_ns = captures_first_ns(captures),
	};
	struct capture_writer *writer = NULL;
	struct player *player = NULL;
	char error[CAPTURE_ERROR_SIZE];
	int status = COMMAND_FAILED;

	if (!writer_open(program, options, captures, &writer))
		return COMMAND_FAILED;
	player = player_create(
		options->config, ruleset->generation, writer == NULL ? NULL : frame_write, writer);
	if (player == NULL) {
		fprintf(stderr, "%s: no memory for %u contacts\n", program,
			options->config->contact_limit);
		goto close_writer;
	}
	status = frames_play(program, captures, player);
	tally.complete = status == COMMAND_OK;
	if (!tally_take(&tally, player, ruleset)) {
		fprintf(stderr, "%s: no memory for the report\n", program);
		status = COMMAND_FAILED;
	} else if (!(options->json ? tally_print_json(&tally) : tally_print_text(&tally))) {
		fprintf(stderr, "%s: the report could not be written\n", program);
		status = COMMAND_FAILED;
	}
	tally_clear(&tally);
	player_free(player);
close_writer:
	if (!capture_writer_close(writer, error, sizeof(error))) {
		fprintf(stderr, "%s: --write: %s\n", program, error);
		status = COMMAND_FAILED;
	}
	return status;
}

int replay_main(int argc, char **argv)
{
	const char *program = argv[0];
	struct replay_options options;
	struct captures *captures = NULL;
	struct ruleset *ruleset = NULL;
	char error[CONFIG_ERROR_SIZE];
	int status;

	if (!replay_options_parse(argc, argv, &options, &status))
		return status;
	status = COMMAND_FAILED;
	captures = captures_open(options.captures, options.capture_count, error, sizeof(error));
	if (captures == NULL) {
		fprintf(stderr, "%s: %s\n", program, error);
		goto clear_options;
	}
	ruleset = rules_load(program, options.config, captures_first_ns(captures));
	if (ruleset == NULL)
		goto close_captures;
	if (offline_eal_start(ruleset->header.service_count, error, sizeof(error)) != 0) {
		fprintf(stderr, "%s: %s\n", program, error);
		goto free_ruleset;
	}
	if (ruleset_build(ruleset, options.config, error, sizeof(error)))
		status = replay_run(program, &options, captures, ruleset);
	else
		fprintf(stderr, "%s: %s\n", program, error);
	// Its tables lie in the memory that the environment takes along.
	generation_free(ruleset->generation);
	ruleset->generation = NULL;
	offline_eal_stop();
free_ruleset:
	ruleset_free(ruleset);
close_captures:
	captures_close(captures);
clear_options:
	replay_options_clear(&options);
	return status;
}
