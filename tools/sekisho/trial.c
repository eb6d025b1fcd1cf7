// SPDX-License-Identifier: BSD-3-Clause

// The subcommands of `sekisho trial`.

#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>
#include <string.h>

#define WHERE "[--json] [--socket PATH | --config FILE]"

static void print_trial(const json_t *trial)
{
	const bool running = json_is_true(json_object_get(trial, "running"));
	const json_t *phase;
	size_t index;

	printf("trial %s: %lld per mille, ", client_text(trial, "name"),
		client_number(trial, "per_mille"));
	if (running)
		printf("running since %s\n", client_text(trial, "started"));
	else
		printf("from %s to %s\n", client_text(trial, "started"),
			client_text(trial, "ended"));
	if (json_string_length(json_object_get(trial, "note")) > 0)
		printf("  %s\n", client_text(trial, "note"));
	json_array_foreach (json_object_get(trial, "phases"), index, phase)
		printf("  from %s  until %-24s  %4lld per mille  %s\n", client_text(phase, "from"),
			client_text(phase, "until"), client_number(phase, "per_mille"),
			client_text(phase, "by"));
}

// Asks, prints the trial and says why it does not do what it should. Frees the options.
static int ask(const char *name, struct client_options *options, json_t *request)
{
	json_t *answer = client_request(options, request);
	int status = COMMAND_FAILED;

	if (answer && options->json)
		client_print_json(answer);
	else if (answer)
		print_trial(json_object_get(answer, "trial"));
	if (answer)
		status = client_say_problem(name, answer);
	json_decref(answer);
	client_options_free(options);
	return status;
}

static int refuse(const char *name, struct client_options *options, const char *why)
{
	fprintf(stderr, "%s: %s\n", name, why);
	client_options_free(options);
	return COMMAND_FAILED;
}

int trial_start_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *note;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_SHARE | CLIENT_NOTE, 1,
		    "NAME --per-mille N [--note TEXT] " WHERE, &options, &status))
		return status;
	if (options.operand_count == 0)
		return refuse(argv[0], &options, "a name is missing, such as pilot-2026");
	if (options.per_mille < 0)
		return refuse(argv[0], &options,
			"--per-mille is missing: how many of 1000 subscribers are enforced upon");
	request = json_pack("{ss, ss, sI}", "command", "trial-start", "name", options.operands[0],
		"per_mille", options.per_mille);
	note = options.note ? json_string(options.note) : NULL;
	if (!request || (options.note && !note)) {
		json_decref(request);
		return refuse(argv[0], &options, "the name and the note have to be UTF-8");
	}
	if (note)
		json_object_set_new(request, "note", note);
	return ask(argv[0], &options, request);
}

int trial_change_main(int argc, char **argv)
{
	struct client_options options;
	int status;

	if (!client_options_parse(
		    argc, argv, CLIENT_SHARE, 0, "--per-mille N " WHERE, &options, &status))
		return status;
	if (options.per_mille < 0)
		return refuse(argv[0], &options,
			"--per-mille is missing: how many of 1000 subscribers are enforced upon");
	return ask(argv[0], &options,
		json_pack("{ss, sI}", "command", "trial-change", "per_mille", options.per_mille));
}

int trial_end_main(int argc, char **argv)
{
	struct client_options options;
	int status;

	if (!client_options_parse(argc, argv, 0, 0, WHERE, &options, &status))
		return status;
	return ask(argv[0], &options, json_pack("{ss}", "command", "trial-end"));
}

// Trials, in full or a line each.
static int show(int argc, char **argv, bool in_full)
{
	struct client_options options;
	const json_t *trials, *trial;
	json_t *request, *answer;
	size_t index;
	int status;

	if (!client_options_parse(argc, argv, in_full ? 0 : CLIENT_LIMIT, in_full,
		    in_full ? "[NAME] " WHERE : "[--limit N] " WHERE, &options, &status))
		return status;
	request = json_pack("{ss}", "command", "trials");
	if (options.operand_count)
		json_object_set_new(request, "name", json_string(options.operands[0]));
	else if (in_full)
		json_object_set_new(request, "limit", json_integer(1));
	if (options.limit)
		json_object_set_new(request, "limit", json_integer(options.limit));
	answer = client_request(&options, request);
	trials = json_object_get(answer, "trials");
	if (answer && options.json)
		client_print_json(answer);
	else if (answer && json_array_size(trials) == 0)
		puts("no trial yet");
	else if (answer && !in_full)
		printf("%-24s %9s  %-24s  %-24s  %s\n", "NAME", "PER MILLE", "STARTED", "ENDED",
			"NOTE");
	json_array_foreach (trials, index, trial) {
		if (options.json)
			break;
		if (in_full)
			print_trial(trial);
		else
			printf("%-24s %9lld  %-24s  %-24s  %s\n", client_text(trial, "name"),
				client_number(trial, "per_mille"), client_text(trial, "started"),
				client_text(trial, "ended"), client_text(trial, "note"));
	}
	status = answer ? client_say_problem(argv[0], answer) : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}

int trial_show_main(int argc, char **argv)
{
	return show(argc, argv, true);
}

int trial_list_main(int argc, char **argv)
{
	return show(argc, argv, false);
}
