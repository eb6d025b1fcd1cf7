// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/trial.h"

#include "config/mode.h"
#include "control/loader.h"
#include "control/monitor.h"
#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/report/filter.h"
#include "control/trial.h"

#include <stdio.h>

json_t *trial_json(const struct trial *trial)
{
	return json_pack("{s:s, s:I, s:s, s:b, s:o, s:o, s:i}", "name", trial->name, "number",
		(json_int_t)trial->number, "note", trial->note, "running", trial->ended_ns == 0,
		"started", time_json(trial->started_ns), "ended", time_json(trial->ended_ns),
		"per_mille", trial->last.per_mille);
}

static void append_phase(void *context, const struct trial_phase *phase)
{
	json_array_append_new(
		context, json_pack("{s:i, s:o, s:o, s:s}", "per_mille", phase->per_mille, "from",
				 time_json(phase->from_ns), "until", time_json(phase->until_ns),
				 "by", phase->actor));
}

// -1: the store could not be read.
static int add_phases(struct store *store, uint32_t number, json_t *trial)
{
	json_t *phases = json_array();

	json_object_set_new(trial, "phases", phases);
	return store_trial_phases(store, number, append_phase, phases);
}

static void append_trial(void *context, const struct trial *trial)
{
	json_array_append_new(context, trial_json(trial));
}

static json_t *said(const char *problem)
{
	return problem[0] != '\0' ? json_string(problem) : json_null();
}

json_t *trials_json(const struct control *control, const json_t *request)
{
	json_int_t limit = REPORT_LIMIT_DEFAULT;
	const char *command, *name = NULL;
	struct trial named;
	json_error_t error;
	json_t *rows, *trial;
	size_t index;
	int result;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s:s, s?s, s?I !}", "command", &command,
		    "name", &name, "limit", &limit) < 0)
		return error_json("trials: %s", error.text);
	if (limit < 1 || limit > REPORT_LIMIT_MAX)
		return error_json(
			"trials: limit %lld is not in 1..%d", (long long)limit, REPORT_LIMIT_MAX);
	rows = json_array();
	if (name != NULL) {
		result = store_trial_find(control->store, name, &named);
		if (result == 0) {
			json_decref(rows);
			return error_json("trials: none is called \"%s\"", name);
		}
		if (result == 1)
			append_trial(rows, &named);
	} else {
		result = store_trials_list(control->store, (uint32_t)limit, append_trial, rows);
	}
	json_array_foreach (rows, index, trial)
		if (result >= 0)
			result = add_phases(control->store,
				(uint32_t)json_integer_value(json_object_get(trial, "number")),
				trial);
	if (result < 0) {
		json_decref(rows);
		return error_json("%s", store_error(control->store));
	}
	return json_pack(
		"{s:o, s:o}", "trials", rows, "problem", said(trials_problem(control->trials)));
}

// Why what was asked for does not do what it should yet; "": it does.
static void find_problem(const struct control *control, char *problem, size_t size)
{
	struct monitor_view view;

	monitor_look(control->monitor, &view);
	snprintf(problem, size, "%s", trials_problem(control->trials));
	if (problem[0] == '\0' && view.mode.mode != MODE_ENFORCE)
		snprintf(problem, size,
			"the mode is %s: nothing is enforced for the cohort either, until sekisho "
			"mode enforce",
			mode_name(view.mode.mode));
}

// The trial as it is after a command; the loader is told.
static json_t *answer(const struct control *control, const struct trial *trial, bool running)
{
	char problem[TRIAL_ERROR_SIZE] = "";
	json_t *object = trial_json(trial);

	loader_trial_changed(control->loader);
	if (running)
		find_problem(control, problem, sizeof(problem));
	if (add_phases(control->store, trial->number, object) < 0) {
		json_decref(object);
		return error_json("%s", store_error(control->store));
	}
	return json_pack("{s:o, s:o}", "trial", object, "problem", said(problem));
}

// NULL: understood.
static json_t *read_share(const char *command, json_int_t share)
{
	if (share >= 0 && share <= COHORT_PER_MILLE)
		return NULL;
	return error_json(
		"%s: per_mille %lld is not in 0..%d", command, (long long)share, COHORT_PER_MILLE);
}

static json_t *answer_running(const struct control *control)
{
	struct trial trial;

	if (store_trial_running(control->store, &trial) != 1)
		return error_json("%s", store_error(control->store));
	return answer(control, &trial, true);
}

json_t *trial_start_json(const struct control *control, const json_t *request, const char *actor)
{
	const char *command, *name, *note = NULL;
	char problem[TRIAL_ERROR_SIZE];
	json_int_t share;
	json_error_t error;
	json_t *refused;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s:s, s:s, s:I, s?s !}", "command",
		    &command, "name", &name, "per_mille", &share, "note", &note) < 0)
		return error_json("trial-start: %s", error.text);
	refused = read_share(command, share);
	if (refused != NULL)
		return refused;
	if (trials_start(control->trials, name, (uint16_t)share, note, actor, problem) < 0)
		return error_json("%s", problem);
	return answer_running(control);
}

json_t *trial_change_json(const struct control *control, const json_t *request, const char *actor)
{
	char problem[TRIAL_ERROR_SIZE];
	const char *command;
	json_int_t share;
	json_error_t error;
	json_t *refused;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s:s, s:I !}", "command", &command,
		    "per_mille", &share) < 0)
		return error_json("trial-change: %s", error.text);
	refused = read_share(command, share);
	if (refused != NULL)
		return refused;
	if (trials_change(control->trials, (uint16_t)share, actor, problem) < 0)
		return error_json("%s", problem);
	return answer_running(control);
}

json_t *trial_end_json(const struct control *control, const json_t *request, const char *actor)
{
	char problem[TRIAL_ERROR_SIZE];
	struct trial running, ended;
	const char *command;
	json_error_t error;
	int found;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s:s !}", "command", &command) < 0)
		return error_json("trial-end: %s", error.text);
	found = store_trial_running(control->store, &running);
	if (found < 0 || trials_end(control->trials, actor, problem) < 0)
		return error_json("%s", found < 0 ? store_error(control->store) : problem);
	if (store_trial_find(control->store, running.name, &ended) != 1)
		return error_json("%s", store_error(control->store));
	return answer(control, &ended, false);
}
