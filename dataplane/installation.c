// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/installation.h"

#include "config/utc.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// How often a build looks whether it is still wanted: about once in a millisecond.
#define STEP_ADDRESSES 2048u
// Packets first, also where the cores are few.
#define BUILDER_NICE 10

void installation_init(struct installation *installation, struct regime *regime,
	struct overblock *overblock, uint32_t rule_limit)
{
	memset(installation, 0, sizeof(*installation));
	installation->regime = regime;
	installation->overblock = overblock;
	installation->rule_limit = rule_limit;
	installation->memfd = -1;
}

static void finish(struct installation *installation)
{
	__atomic_store_n(&installation->finished, true, __ATOMIC_RELEASE);
}

static struct generation *build(struct installation *installation)
{
	char *error = installation->error;
	struct generation_builder *builder = generation_builder_create(
		installation->memfd, installation->rule_limit, error, INSTALLATION_ERROR_SIZE);
	struct generation *generation;
	int result = 0;

	if (!builder)
		return NULL;
	while (result == 0 && !__atomic_load_n(&installation->cancelled, __ATOMIC_RELAXED))
		result = generation_builder_step(
			builder, STEP_ADDRESSES, error, INSTALLATION_ERROR_SIZE);
	if (result <= 0) {
		generation_builder_free(builder);
		return NULL;
	}
	generation = generation_builder_finish(builder);
	if (generation_header(generation)->number == installation->number)
		return generation;
	snprintf(error, INSTALLATION_ERROR_SIZE,
		"generation %" PRIu64 " was announced, the memfd holds generation %" PRIu64,
		installation->number, generation_header(generation)->number);
	generation_free(generation);
	return NULL;
}

static void *run_build(void *argument)
{
	struct installation *installation = argument;

	setpriority(PRIO_PROCESS, (id_t)gettid(), BUILDER_NICE);
	snprintf(installation->error, INSTALLATION_ERROR_SIZE, "given up");
	installation->generation = build(installation);
	close(installation->memfd);
	installation->memfd = -1;
	finish(installation);
	return NULL;
}

static void *run_dispose(void *argument)
{
	struct installation *installation = argument;

	setpriority(PRIO_PROCESS, (id_t)gettid(), BUILDER_NICE);
	generation_free(installation->generation);
	installation->generation = NULL;
	finish(installation);
	return NULL;
}

// Without a thread the work is done here and now: late answers are better than none.
static void start(
	struct installation *installation, enum installation_state state, void *(*function)(void *))
{
	installation->state = state;
	installation->finished = false;
	installation->cancelled = false;
	if (pthread_create(&installation->thread, NULL, function, installation) != 0) {
		installation->thread = pthread_self();
		function(installation);
	}
}

// True, once: what was started is over.
static bool collect(struct installation *installation)
{
	if (!__atomic_load_n(&installation->finished, __ATOMIC_ACQUIRE))
		return false;
	if (!pthread_equal(installation->thread, pthread_self()))
		pthread_join(installation->thread, NULL);
	return true;
}

void installation_begin(
	struct installation *installation, int memfd, uint64_t number, uint64_t accounted_ns)
{
	assert(installation->state == INSTALLATION_IDLE);
	installation->memfd = memfd;
	installation->number = number;
	installation->accounted_ns = accounted_ns;
	start(installation, INSTALLATION_BUILDING, run_build);
}

static enum installation_event end_build(struct installation *installation)
{
	if (!installation->generation) {
		installation->state = INSTALLATION_IDLE;
		return INSTALLATION_FAILED;
	}
	overblock_install(
		installation->overblock, installation->generation, installation->accounted_ns);
	regime_replace(installation->regime, installation->generation);
	installation->generation = NULL;
	installation->since_ns = utc_now_ns();
	installation->state = INSTALLATION_SETTLING;
	return INSTALLATION_GOES_ON;
}

enum installation_event installation_advance(struct installation *installation)
{
	switch (installation->state) {
	case INSTALLATION_IDLE:
		break;
	case INSTALLATION_BUILDING:
		if (collect(installation))
			return end_build(installation);
		break;
	case INSTALLATION_SETTLING:
		if (!regime_settled(installation->regime, installation->regime->replaced_token))
			break;
		installation->generation = regime_take_retired(installation->regime);
		start(installation, INSTALLATION_DISPOSING, run_dispose);
		return INSTALLATION_DONE;
	case INSTALLATION_DISPOSING:
		if (collect(installation))
			installation->state = INSTALLATION_IDLE;
		break;
	}
	return INSTALLATION_GOES_ON;
}

void installation_cancel(struct installation *installation)
{
	__atomic_store_n(&installation->cancelled, true, __ATOMIC_RELAXED);
}

void installation_destroy(struct installation *installation)
{
	bool running = installation->state == INSTALLATION_BUILDING ||
		       installation->state == INSTALLATION_DISPOSING;

	installation_cancel(installation);
	if (running && !pthread_equal(installation->thread, pthread_self()))
		pthread_join(installation->thread, NULL);
	generation_free(installation->generation);
	installation->generation = NULL;
	installation->state = INSTALLATION_IDLE;
}
