// SPDX-License-Identifier: BSD-3-Clause
#include "control/loader.h"

#include "control/upkeep.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#define LOADER_NICE 10

struct loader {
	pthread_t thread;
	atomic_bool stop;
	atomic_bool trial;    // is another one than before
	int wake_fd;          // to the thread
	int done_fd;          // to the main thread
	struct upkeep upkeep; // the thread's own

	pthread_mutex_t mutex;                    // guards what follows
	struct loader_job *jobs[LOADER_JOBS_MAX]; // in order
	size_t job_count;
	struct loader_answer *answers[LOADER_JOBS_MAX]; // in order
	size_t answer_count;
	size_t pending; // jobs submitted whose answers were not collected
	struct loader_view *view;
	struct observation observation;
	bool bindings_changed;
};

static void signal_fd(int fd)
{
	const uint64_t one = 1;

	// It can only fail when it is full, and then it is readable already.
	(void)!write(fd, &one, sizeof(one));
}

static void drain_fd(int fd)
{
	uint64_t count;

	(void)!read(fd, &count, sizeof(count));
}

void loader_view_release(struct loader_view *view)
{
	if (view == NULL || atomic_fetch_sub(&view->holders, 1) > 1)
		return;
	catalogue_release(view->catalogue);
	identity_release(view->identity);
	overblock_release(view->overblock);
	holdings_release(view->holdings);
	free(view->registry);
	free(view);
}

struct loader_view *loader_view(struct loader *loader)
{
	struct loader_view *view;

	pthread_mutex_lock(&loader->mutex);
	view = loader->view;
	atomic_fetch_add(&view->holders, 1);
	pthread_mutex_unlock(&loader->mutex);
	return view;
}

// false: memory is out.
static bool view_registry(struct loader_view *view, const struct registry *registry)
{
	struct identity *identity = registry_identity(registry);

	view->registry = calloc(registry_count(registry) + 1, sizeof(*view->registry));
	if (view->registry == NULL)
		return false;
	for (; view->registry_count < registry_count(registry); view->registry_count++)
		view->registry[view->registry_count] =
			*registry_state(registry, view->registry_count);
	view->identity = identity == NULL ? NULL : identity_hold(identity);
	return true;
}

static struct loader_view *make_view(const struct upkeep *upkeep)
{
	const struct intake *intake = inventory_intake(upkeep->inventory);
	struct catalogue *catalogue = inventory_catalogue(upkeep->inventory);
	struct loader_view *view =
		calloc(1, sizeof(*view) + intake->count * sizeof(view->feeds[0]));
	const bool own = upkeep->problem[0] != '\0';

	if (view == NULL)
		return NULL;
	atomic_init(&view->holders, 1);
	if (!view_registry(view, upkeep->registry)) {
		loader_view_release(view);
		return NULL;
	}
	view->catalogue = catalogue == NULL ? NULL : catalogue_hold(catalogue);
	view->overblock = overblock_hold(inventory_caution(upkeep->inventory)->overblock);
	view->holdings = upkeep->holdings == NULL ? NULL : holdings_hold(upkeep->holdings);
	inventory_generation(upkeep->inventory, &view->generation);
	view->rolled_back = inventory_rolled_back(upkeep->inventory);
	view->can_roll_back = inventory_can_roll_back(upkeep->inventory);
	snprintf(view->problem, sizeof(view->problem), "%s",
		own ? upkeep->problem : delivery_problem(upkeep->delivery));
	view->problem_since_ns =
		own ? upkeep->problem_since_ns : delivery_problem_since_ns(upkeep->delivery);
	view->feed_count = intake->count;
	for (size_t i = 0; i < intake->count; i++)
		view->feeds[i] = intake->feeds[i].state;
	return view;
}

static void publish(void *context)
{
	struct loader *loader = context;
	struct loader_view *view = make_view(&loader->upkeep);
	struct loader_view *old;

	if (view == NULL)
		return; // the old one stands; the next publication may have more luck
	pthread_mutex_lock(&loader->mutex);
	old = loader->view;
	loader->view = view;
	pthread_mutex_unlock(&loader->mutex);
	loader_view_release(old);
}

static struct loader_answer *make_answer(const struct loader_job *job, const struct intake *intake)
{
	struct loader_answer *answer =
		calloc(1, sizeof(*answer) + intake->count * sizeof(answer->feeds[0]));

	if (answer == NULL)
		return NULL;
	answer->ticket = job->ticket;
	answer->task = job->task;
	answer->feed_count = intake->count;
	for (size_t i = 0; i < intake->count; i++)
		answer->feeds[i] = intake->feeds[i].state;
	return answer;
}

void loader_answer_free(struct loader_answer *answer)
{
	if (answer == NULL)
		return;
	difference_free(answer->difference);
	free(answer);
}

static void run_job(struct loader *loader, const struct loader_job *job)
{
	struct upkeep *upkeep = &loader->upkeep;
	const struct inventory_request request = {.selected = job->all ? NULL : job->selected,
		.force = job->force,
		.ends_rollback = true,
		.actor = job->actor};
	char error[LOADER_PROBLEM_SIZE] = "";
	struct difference *difference = NULL;
	struct loader_answer *answer;
	struct generation_header before;
	struct intake *trial = NULL;
	int64_t armed = 0;

	inventory_generation(upkeep->inventory, &before);
	switch (job->task) {
	case LOADER_LOAD:
		upkeep_load(upkeep, &request, &difference, error);
		break;
	case LOADER_ROLLBACK:
		upkeep_rollback(upkeep, job->actor, &difference, error);
		break;
	case LOADER_DIFF:
		inventory_diff(upkeep->inventory, &trial, &difference, error, sizeof(error));
		break;
	case LOADER_ARM:
		armed = upkeep_arm(upkeep, &job->choice, job->actor, job->note, error);
		break;
	}
	answer = make_answer(job, trial != NULL ? trial : inventory_intake(upkeep->inventory));
	intake_free(trial);
	if (answer == NULL) {
		// Whoever asked runs into the time limit.
		difference_free(difference);
		pthread_mutex_lock(&loader->mutex);
		loader->pending--;
		pthread_mutex_unlock(&loader->mutex);
		return;
	}
	memcpy(answer->error, error, sizeof(error));
	answer->difference = difference;
	answer->armed = armed;
	inventory_generation(upkeep->inventory, &answer->generation);
	answer->renewed =
		memcmp(before.digest, answer->generation.digest, sizeof(before.digest)) != 0;
	answer->delivered = delivery_done(upkeep->delivery);
	snprintf(
		answer->problem, sizeof(answer->problem), "%s", delivery_problem(upkeep->delivery));
	pthread_mutex_lock(&loader->mutex);
	loader->answers[loader->answer_count++] = answer;
	pthread_mutex_unlock(&loader->mutex);
	signal_fd(loader->done_fd);
	// Only now: a large list takes seconds to write, and nobody needs to wait for it.
	upkeep_save(upkeep);
}

static struct loader_job *take_job(struct loader *loader)
{
	struct loader_job *job = NULL;

	pthread_mutex_lock(&loader->mutex);
	if (loader->job_count > 0) {
		job = loader->jobs[0];
		loader->job_count--;
		for (size_t i = 0; i < loader->job_count; i++)
			loader->jobs[i] = loader->jobs[i + 1];
	}
	pthread_mutex_unlock(&loader->mutex);
	return job;
}

static void *run(void *context)
{
	struct loader *loader = context;
	struct upkeep *upkeep = &loader->upkeep;
	struct observation observation;
	struct loader_job *job;
	bool changed;

	pthread_setname_np(pthread_self(), "loader");
	// A million rows take seconds; a change of mode may not wait for them, nor traffic.
	setpriority(PRIO_PROCESS, (id_t)gettid(), LOADER_NICE);
	upkeep_begin(upkeep);
	while (!atomic_load(&loader->stop)) {
		struct pollfd fds[] = {
			{.fd = loader->wake_fd, .events = POLLIN},
			{.fd = watch_fd(upkeep->watch), .events = POLLIN},
		};

		if (poll(fds, 2, upkeep_wait_ms(upkeep)) < 0 && errno != EINTR)
			break;
		if (fds[0].revents & POLLIN)
			drain_fd(loader->wake_fd);
		while (!atomic_load(&loader->stop) && (job = take_job(loader)) != NULL) {
			run_job(loader, job);
			free(job);
		}
		pthread_mutex_lock(&loader->mutex);
		observation = loader->observation;
		changed = loader->bindings_changed;
		loader->bindings_changed = false;
		pthread_mutex_unlock(&loader->mutex);
		if (changed)
			upkeep_bindings_changed(upkeep);
		if (!atomic_load(&loader->stop) && atomic_exchange(&loader->trial, false))
			upkeep_trial(upkeep);
		if (!atomic_load(&loader->stop))
			upkeep_run(upkeep, &observation);
	}
	return NULL;
}

static void loader_free(struct loader *loader)
{
	for (size_t i = 0; i < loader->job_count; i++)
		free(loader->jobs[i]);
	for (size_t i = 0; i < loader->answer_count; i++)
		loader_answer_free(loader->answers[i]);
	loader_view_release(loader->view);
	upkeep_close(&loader->upkeep);
	if (loader->done_fd >= 0)
		close(loader->done_fd);
	if (loader->wake_fd >= 0)
		close(loader->wake_fd);
	pthread_mutex_destroy(&loader->mutex);
	free(loader);
}

struct loader *loader_start(
	const struct config *config, struct store *store, char *error, size_t error_size)
{
	struct loader *loader = calloc(1, sizeof(*loader));
	int result;

	if (loader == NULL) {
		snprintf(error, error_size, "no memory for the loader");
		return NULL;
	}
	pthread_mutex_init(&loader->mutex, NULL);
	atomic_init(&loader->stop, false);
	atomic_init(&loader->trial, false);
	loader->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loader->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loader->wake_fd < 0 || loader->done_fd < 0) {
		snprintf(error, error_size, "eventfd: %s", strerror(errno));
		goto fail;
	}
	loader->upkeep = (struct upkeep){
		.config = config,
		.store = store,
		.stop = &loader->stop,
		.publish = publish,
		.context = loader,
	};
	if (upkeep_open(&loader->upkeep, error, error_size) < 0)
		goto fail;
	publish(loader);
	if (loader->view == NULL) {
		snprintf(error, error_size, "no memory for the loader");
		goto fail;
	}
	result = pthread_create(&loader->thread, NULL, run, loader);
	if (result != 0) {
		snprintf(error, error_size, "loader thread: %s", strerror(result));
		goto fail;
	}
	return loader;
fail:
	loader_free(loader);
	return NULL;
}

void loader_stop(struct loader *loader)
{
	if (loader == NULL)
		return;
	atomic_store(&loader->stop, true);
	signal_fd(loader->wake_fd);
	pthread_join(loader->thread, NULL);
	loader_free(loader);
}

bool loader_submit(struct loader *loader, struct loader_job *job)
{
	bool room;

	pthread_mutex_lock(&loader->mutex);
	room = loader->pending < LOADER_JOBS_MAX;
	if (room) {
		loader->jobs[loader->job_count++] = job;
		loader->pending++;
	}
	pthread_mutex_unlock(&loader->mutex);
	if (room)
		signal_fd(loader->wake_fd);
	return room;
}

void loader_trial_changed(struct loader *loader)
{
	atomic_store(&loader->trial, true);
	signal_fd(loader->wake_fd);
}

int loader_fd(const struct loader *loader)
{
	return loader->done_fd;
}

struct loader_answer *loader_collect(struct loader *loader)
{
	struct loader_answer *answer = NULL;

	drain_fd(loader->done_fd);
	pthread_mutex_lock(&loader->mutex);
	if (loader->answer_count > 0) {
		answer = loader->answers[0];
		loader->answer_count--;
		loader->pending--;
		for (size_t i = 0; i < loader->answer_count; i++)
			loader->answers[i] = loader->answers[i + 1];
	}
	pthread_mutex_unlock(&loader->mutex);
	return answer;
}

void loader_bindings_changed(struct loader *loader)
{
	pthread_mutex_lock(&loader->mutex);
	loader->bindings_changed = true;
	pthread_mutex_unlock(&loader->mutex);
	signal_fd(loader->wake_fd);
}

void loader_observe(struct loader *loader, const struct message_status *status)
{
	struct observation seen = {.connected = status != NULL};
	bool differs;

	if (status != NULL) {
		memcpy(seen.digest, status->generation.digest, sizeof(seen.digest));
		seen.disarmed_count = status->disarmed_count;
		memcpy(seen.disarmed, status->disarmed, sizeof(seen.disarmed));
	}
	pthread_mutex_lock(&loader->mutex);
	differs = seen.connected &&
		  memcmp(seen.digest, loader->view->generation.digest, sizeof(seen.digest)) != 0;
	differs |= seen.disarmed_count > 0;
	loader->observation = seen;
	pthread_mutex_unlock(&loader->mutex);
	if (differs)
		signal_fd(loader->wake_fd);
}
