// SPDX-License-Identifier: BSD-3-Clause
#include "control/request.h"

#include "control/monitor.h"
#include "control/report/audit.h"
#include "control/report/bindings.h"
#include "control/report/contacts.h"
#include "control/report/effect.h"
#include "control/report/error.h"
#include "control/report/explain.h"
#include "control/report/list.h"
#include "control/report/overblock.h"
#include "control/report/status.h"
#include "control/report/trial.h"

#include <stdlib.h>
#include <string.h>

struct asked {
	const struct control *control;
	const json_t *request;
	const char *actor;
	uint64_t ticket;
};

static json_t *answer_status(const struct asked *asked)
{
	return status_json(asked->control);
}

static json_t *answer_audit(const struct asked *asked)
{
	return audit_json(asked->control, asked->request);
}

static json_t *answer_audit_verify(const struct asked *asked)
{
	return audit_verify_json(asked->control);
}

static json_t *answer_contacts(const struct asked *asked)
{
	return contacts_json(asked->control, asked->request);
}

static json_t *answer_subscribers(const struct asked *asked)
{
	return subscribers_json(asked->control, asked->request);
}

static json_t *answer_bindings(const struct asked *asked)
{
	return bindings_json(asked->control, asked->request);
}

static json_t *answer_effect(const struct asked *asked)
{
	return effect_json(asked->control, asked->request);
}

static json_t *answer_trials(const struct asked *asked)
{
	return trials_json(asked->control, asked->request);
}

static json_t *answer_trial_start(const struct asked *asked)
{
	return trial_start_json(asked->control, asked->request, asked->actor);
}

static json_t *answer_trial_change(const struct asked *asked)
{
	return trial_change_json(asked->control, asked->request, asked->actor);
}

static json_t *answer_trial_end(const struct asked *asked)
{
	return trial_end_json(asked->control, asked->request, asked->actor);
}

static json_t *answer_list_show(const struct asked *asked)
{
	return list_show_json(asked->control, asked->request);
}

static json_t *answer_policy_explain(const struct asked *asked)
{
	struct monitor_view monitor;

	monitor_look(asked->control->monitor, &monitor);
	return policy_explain_json(asked->control, monitor.mode.mode, asked->request);
}

static json_t *answer_mode(const struct asked *asked)
{
	const json_t *wanted = json_object_get(asked->request, "mode");
	struct monitor_view before;
	char problem[512] = "";
	enum mode mode;
	json_t *answer;

	monitor_look(asked->control->monitor, &before);
	if (wanted != NULL) {
		if (!json_is_string(wanted) || !mode_parse(json_string_value(wanted), &mode))
			return error_json("mode: is none of alert, shadow, enforce");
		if (monitor_set_mode(asked->control->monitor, mode, asked->actor, problem,
			    sizeof(problem)) < 0)
			return error_json("%s", problem);
	}
	answer = mode_json(asked->control);
	json_object_set(answer, "mode", json_object_get(answer, "current"));
	json_object_del(answer, "current");
	json_object_set_new(answer, "previous", json_string(mode_name(before.mode.mode)));
	json_object_set_new(
		answer, "problem", problem[0] != '\0' ? json_string(problem) : json_null());
	return answer;
}

// NULL: no memory.
static struct loader_job *make_job(const struct asked *asked, enum loader_task task)
{
	const size_t feeds = asked->control->config->feed_count;
	struct loader_job *job = calloc(1, sizeof(*job) + feeds * sizeof(job->selected[0]));

	if (job == NULL)
		return NULL;
	job->ticket = asked->ticket;
	job->task = task;
	strncpy(job->actor, asked->actor, sizeof(job->actor) - 1);
	return job;
}

// Takes the job over, also if it is NULL.
static json_t *submit(const struct asked *asked, struct loader_job *job)
{
	if (job == NULL)
		return error_json("no memory");
	if (loader_submit(asked->control->loader, job))
		return NULL;
	free(job);
	return error_json("%d list commands are waiting already; try again later", LOADER_JOBS_MAX);
}

// Marks the feeds that are named. NULL, or the error.
static json_t *select_feeds(const struct config *config, const json_t *names, bool *selected)
{
	const json_t *name;
	size_t i;

	json_array_foreach (names, i, name) {
		const char *text = json_string_value(name);
		size_t feed = 0;

		if (text == NULL)
			return error_json("list-load: the name of a feed is a string");
		while (feed < config->feed_count && strcmp(config->feeds[feed].name, text) != 0)
			feed++;
		if (feed == config->feed_count)
			return error_json("list-load: \"%s\" is no feed of %s", text, config->path);
		selected[feed] = true;
	}
	return NULL;
}

static json_t *answer_list_load(const struct asked *asked)
{
	const json_t *feeds = json_object_get(asked->request, "feeds");
	struct loader_job *job;
	json_t *error = NULL;

	if (feeds != NULL && !json_is_array(feeds))
		return error_json("list-load: feeds is an array of names");
	job = make_job(asked, LOADER_LOAD);
	if (job != NULL) {
		job->force = json_is_true(json_object_get(asked->request, "force"));
		job->all = json_array_size(feeds) == 0;
		error = select_feeds(asked->control->config, feeds, job->selected);
	}
	if (error != NULL) {
		free(job);
		return error;
	}
	return submit(asked, job);
}

static json_t *answer_list_diff(const struct asked *asked)
{
	return submit(asked, make_job(asked, LOADER_DIFF));
}

static json_t *answer_list_rollback(const struct asked *asked)
{
	return submit(asked, make_job(asked, LOADER_ROLLBACK));
}

static json_t *answer_guard(const struct asked *asked)
{
	return guard_json(asked->control, asked->request);
}

static json_t *answer_guard_ack(const struct asked *asked)
{
	struct loader_job *job = make_job(asked, LOADER_ARM);
	json_t *error = job == NULL ? NULL : guard_choice(asked->request, job);

	if (error != NULL) {
		free(job);
		return error;
	}
	return submit(asked, job);
}

static const struct {
	const char *name;
	json_t *(*answer)(const struct asked *asked);
} commands[] = {
	{"audit", answer_audit},
	{"audit-verify", answer_audit_verify},
	{"bindings", answer_bindings},
	{"contacts", answer_contacts},
	{"guard", answer_guard},
	{"guard-ack", answer_guard_ack},
	{"list-diff", answer_list_diff},
	{"list-load", answer_list_load},
	{"list-rollback", answer_list_rollback},
	{"list-show", answer_list_show},
	{"mode", answer_mode},
	{"policy-explain", answer_policy_explain},
	{"report-effect", answer_effect},
	{"status", answer_status},
	{"subscribers", answer_subscribers},
	{"trial-change", answer_trial_change},
	{"trial-end", answer_trial_end},
	{"trial-start", answer_trial_start},
	{"trials", answer_trials},
};

json_t *request_answer(
	const struct control *control, const json_t *request, const char *actor, uint64_t ticket)
{
	const char *command = json_string_value(json_object_get(request, "command"));
	const struct asked asked = {control, request, actor, ticket};

	if (command == NULL)
		return error_json("a request is an object with a string \"command\"");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, command) == 0)
			return commands[i].answer(&asked);
	return error_json("\"%s\" is no command", command);
}
