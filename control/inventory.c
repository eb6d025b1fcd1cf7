// SPDX-License-Identifier: BSD-3-Clause
#include "control/inventory.h"

#include "config/utc.h"
#include "control/archive.h"
#include "control/candidate.h"
#include "control/chronicle.h"
#include "control/compile.h"
#include "control/policy.h"
#include "control/store/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct inventory {
	const struct config *config;
	struct store *store;
	struct chronicle chronicle;
	struct caution caution;
	const atomic_bool *stop;
	struct intake *intake;
	struct feed_rows *previous; // by feed
	bool has_previous;
	bool rolled_back;
	bool saved; // all below and above is in the store
	struct catalogue *catalogue;
	struct flagged *subscribers; // NULL: not known yet
	struct generation_header header;
	int memfd;            // -1: nothing compiled yet
	int64_t decided_s;    // UTC: the moment it was compiled for
	uint64_t last_number; // the highest ever given out or seen
};

static struct archive archive_of(const struct inventory *inventory)
{
	return (struct archive){.intake = inventory->intake,
		.previous = inventory->previous,
		.has_previous = inventory->has_previous,
		.rolled_back = inventory->rolled_back,
		.last_number = inventory->last_number};
}

struct inventory *inventory_open(const struct config *config, struct store *store,
	const atomic_bool *stop, char *error, size_t error_size)
{
	struct inventory *inventory = calloc(1, sizeof(*inventory));
	struct archive archive;

	if (inventory == NULL)
		goto no_memory;
	inventory->config = config;
	inventory->store = store;
	inventory->stop = stop;
	inventory->memfd = -1;
	inventory->saved = true;
	inventory->intake = intake_create(config);
	inventory->previous = calloc(config->feed_count + 1, sizeof(inventory->previous[0]));
	if (inventory->intake == NULL || inventory->previous == NULL)
		goto no_memory;
	archive = archive_of(inventory);
	if (archive_read(store, config, &archive) < 0 ||
		chronicle_open(&inventory->chronicle, store) < 0 ||
		caution_open(&inventory->caution, store) < 0) {
		snprintf(error, error_size, "%s", store_error(store));
		inventory_close(inventory);
		return NULL;
	}
	inventory->has_previous = archive.has_previous;
	inventory->rolled_back = archive.rolled_back;
	inventory->last_number = archive.last_number;
	return inventory;
no_memory:
	snprintf(error, error_size, "no memory for the lists");
	inventory_close(inventory);
	return NULL;
}

static void release_previous(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->config->feed_count; i++)
		feed_rows_release(&inventory->previous[i]);
	inventory->has_previous = false;
}

void inventory_close(struct inventory *inventory)
{
	if (inventory == NULL)
		return;
	if (inventory->previous != NULL)
		release_previous(inventory);
	free(inventory->previous);
	intake_free(inventory->intake);
	catalogue_release(inventory->catalogue);
	caution_close(&inventory->caution);
	free(inventory->subscribers);
	if (inventory->memfd >= 0)
		close(inventory->memfd);
	free(inventory);
}

void inventory_subscribers(struct inventory *inventory, struct flagged *subscribers)
{
	free(inventory->subscribers);
	inventory->subscribers = subscribers;
}

static struct candidate_terms terms_of(const struct inventory *inventory, const struct guard *guard)
{
	return (struct candidate_terms){
		.config = inventory->config,
		.guard = guard,
		.subscribers = inventory->subscribers,
		.caution = &inventory->caution,
		.number = inventory->last_number + 1,
	};
}

// Merges the candidate's rows and compiles that.
static int merge(struct candidate *candidate, const struct inventory *inventory,
	const struct guard *guard, char *error, size_t error_size)
{
	const struct candidate_terms terms = terms_of(inventory, guard);

	return candidate_merge(candidate, &terms, error, error_size);
}

// Keeps the rows in force as those to return to.
static void keep_previous(struct inventory *inventory)
{
	release_previous(inventory);
	for (size_t i = 0; i < inventory->intake->count; i++) {
		inventory->previous[i] = feed_rows_hold(&inventory->intake->feeds[i].rows);
		inventory->has_previous |= inventory->previous[i].catalogue != NULL;
	}
}

// Puts the candidate in force; it is empty afterwards.
static void adopt(struct inventory *inventory, struct candidate *candidate, bool keep)
{
	const bool renewed =
		inventory->memfd < 0 || memcmp(inventory->header.digest, candidate->header.digest,
						sizeof(inventory->header.digest)) != 0;

	if (renewed) {
		if (keep && inventory->memfd >= 0)
			keep_previous(inventory);
		if (inventory->memfd >= 0)
			close(inventory->memfd);
		inventory->memfd = candidate->memfd;
		inventory->header = candidate->header;
		inventory->last_number = candidate->header.number;
	} else {
		close(candidate->memfd);
	}
	intake_free(inventory->intake);
	catalogue_release(inventory->catalogue);
	inventory->intake = candidate->intake;
	inventory->catalogue = candidate->catalogue;
	inventory->decided_s = candidate->decided_s;
	caution_adopt(&inventory->caution, candidate->novelty);
	inventory->saved = false;
	*candidate = (struct candidate){.memfd = -1};
}

static void read_feeds(struct inventory *inventory, struct intake *intake,
	const struct guard *guard, const struct inventory_request *request)
{
	for (size_t i = 0; i < intake->count; i++) {
		struct feed_state before = intake->feeds[i].state;

		if (request->selected != NULL && !request->selected[i])
			continue;
		if (!intake_read(intake, i, guard, request->force) &&
			strcmp(before.problem, intake->feeds[i].state.problem) != 0)
			chronicle_refusal(&inventory->chronicle, request->actor,
				intake->feeds[i].state.problem);
	}
}

int inventory_load(struct inventory *inventory, const struct inventory_request *request,
	struct difference **difference, char *error, size_t error_size)
{
	struct candidate candidate = {.memfd = -1};
	struct difference *change = NULL;
	struct guard *guard = guard_create(inventory->config, error, error_size);

	if (guard == NULL)
		return -1;
	candidate.intake = intake_copy(inventory->intake);
	if (candidate.intake == NULL) {
		snprintf(error, error_size, "no memory to load the feeds");
		goto fail;
	}
	read_feeds(inventory, candidate.intake, guard, request);
	if (!intake_stands(candidate.intake)) {
		// No list at all: nothing to put in force, but the feeds' states are news.
		intake_free(inventory->intake);
		inventory->intake = candidate.intake;
		guard_free(guard);
		if (difference != NULL)
			*difference = NULL;
		return 0;
	}
	if (merge(&candidate, inventory, guard, error, error_size) < 0)
		goto fail;
	change = difference_create(
		inventory->catalogue, candidate.catalogue, inventory->config, candidate.decided_s);
	if (change == NULL) {
		snprintf(error, error_size, "no memory to compare the lists");
		goto fail;
	}
	adopt(inventory, &candidate, true);
	if (request->ends_rollback)
		inventory->rolled_back = false;
	chronicle_guard(&inventory->chronicle, request->actor, guard);
	chronicle_generation(&inventory->chronicle, request->actor, "load", &inventory->header,
		change, request->ends_rollback);
	guard_free(guard);
	if (difference != NULL)
		*difference = change;
	else
		difference_free(change);
	return 0;
fail:
	candidate_free(&candidate);
	guard_free(guard);
	return -1;
}

int inventory_refresh(struct inventory *inventory, char *error, size_t error_size)
{
	struct candidate candidate = {.memfd = -1};
	struct difference *change = NULL;
	struct guard *guard;

	if (!intake_stands(inventory->intake))
		return 0;
	guard = guard_create(inventory->config, error, error_size);
	if (guard == NULL)
		return -1;
	candidate.intake = intake_copy(inventory->intake);
	if (candidate.intake == NULL)
		snprintf(error, error_size, "no memory to merge the feeds");
	if (candidate.intake == NULL ||
		merge(&candidate, inventory, guard, error, error_size) < 0) {
		candidate_free(&candidate);
		guard_free(guard);
		return -1;
	}
	// At a start there is nothing to compare with, whatever ran before.
	if (inventory->catalogue != NULL &&
		chronicle_is_news(&inventory->chronicle, &candidate.header))
		change = difference_create(inventory->catalogue, candidate.catalogue,
			inventory->config, candidate.decided_s);
	adopt(inventory, &candidate, false);
	chronicle_guard(&inventory->chronicle, AUDIT_SELF, guard);
	chronicle_generation(
		&inventory->chronicle, AUDIT_SELF, "refresh", &inventory->header, change, false);
	difference_free(change);
	guard_free(guard);
	return 0;
}

int inventory_recompile(struct inventory *inventory, char *error, size_t error_size)
{
	const struct cohort before = inventory->header.cohort;
	const struct candidate_terms terms = terms_of(inventory, NULL);
	struct candidate candidate = {.memfd = -1};

	if (inventory->catalogue == NULL)
		return 0;
	candidate.intake = intake_copy(inventory->intake);
	candidate.catalogue = catalogue_hold(inventory->catalogue);
	if (candidate.intake == NULL)
		snprintf(error, error_size, "no memory to compile the lists anew");
	if (candidate.intake == NULL ||
		candidate_compile(&candidate, &terms, error, error_size) < 0) {
		candidate_free(&candidate);
		return -1;
	}
	adopt(inventory, &candidate, false);
	if (before.trial == 0 || memcmp(&before, &inventory->header.cohort, sizeof(before)) != 0)
		chronicle_generation(&inventory->chronicle, AUDIT_SELF, "refresh",
			&inventory->header, NULL, false);
	return 0;
}

// The feeds as they were; their states stay those of the files' last reading.
static struct intake *previous_intake(const struct inventory *inventory)
{
	struct intake *intake = intake_copy(inventory->intake);

	for (size_t i = 0; intake != NULL && i < intake->count; i++) {
		intake_restore(intake, i, feed_rows_hold(&inventory->previous[i]));
		// So that the files count as changed once they are looked at again.
		memset(&intake->feeds[i].file, 0, sizeof(intake->feeds[i].file));
	}
	return intake;
}

int inventory_rollback(struct inventory *inventory, const char *actor,
	struct difference **difference, char *error, size_t error_size)
{
	struct candidate candidate = {.memfd = -1};
	struct guard *guard;

	if (!inventory->has_previous) {
		snprintf(error, error_size, "%s",
			inventory->rolled_back
				? "rolled back already; sekisho list load reads the feeds again"
				: "there is no list before this one");
		return -1;
	}
	guard = guard_create(inventory->config, error, error_size);
	if (guard == NULL)
		return -1;
	candidate.intake = previous_intake(inventory);
	if (candidate.intake == NULL) {
		snprintf(error, error_size, "no memory to roll back");
		goto fail;
	}
	if (merge(&candidate, inventory, guard, error, error_size) < 0)
		goto fail;
	*difference = difference_create(
		inventory->catalogue, candidate.catalogue, inventory->config, candidate.decided_s);
	if (*difference == NULL) {
		snprintf(error, error_size, "no memory to compare the lists");
		goto fail;
	}
	adopt(inventory, &candidate, false);
	release_previous(inventory);
	inventory->rolled_back = true;
	chronicle_guard(&inventory->chronicle, actor, guard);
	chronicle_generation(
		&inventory->chronicle, actor, "rollback", &inventory->header, *difference, true);
	guard_free(guard);
	return 0;
fail:
	candidate_free(&candidate);
	guard_free(guard);
	return -1;
}

int inventory_diff(struct inventory *inventory, struct intake **trial,
	struct difference **difference, char *error, size_t error_size)
{
	struct guard *guard = guard_create(inventory->config, error, error_size);
	const int64_t now_s = (int64_t)(utc_now_ns() / UTC_NS_PER_S);
	struct intake *intake = NULL;
	struct catalogue *merged = NULL;

	if (guard == NULL)
		return -1;
	*difference = NULL;
	intake = intake_copy(inventory->intake);
	for (size_t i = 0; intake != NULL && i < intake->count; i++)
		intake_read(intake, i, guard, false);
	if (intake != NULL)
		merged = intake_merge(intake, guard, now_s);
	if (merged != NULL)
		*difference =
			difference_create(inventory->catalogue, merged, inventory->config, now_s);
	catalogue_release(merged);
	guard_free(guard);
	if (*difference == NULL) {
		snprintf(error, error_size, "no memory to compare the lists");
		intake_free(intake);
		return -1;
	}
	*trial = intake;
	return 0;
}

int inventory_save(struct inventory *inventory, char *error, size_t error_size)
{
	const struct archive archive = archive_of(inventory);

	if (inventory->saved)
		return 0;
	if (archive_write(inventory->store, inventory->config, &archive, inventory->stop) < 0 ||
		caution_save(&inventory->caution) < 0) {
		snprintf(error, error_size, "%s", store_error(inventory->store));
		return -1;
	}
	inventory->saved = true;
	return 0;
}

const struct intake *inventory_intake(const struct inventory *inventory)
{
	return inventory->intake;
}

struct catalogue *inventory_catalogue(const struct inventory *inventory)
{
	return inventory->catalogue;
}

bool inventory_rolled_back(const struct inventory *inventory)
{
	return inventory->rolled_back;
}

bool inventory_can_roll_back(const struct inventory *inventory)
{
	return inventory->has_previous;
}

static int64_t sooner(int64_t one_s, int64_t other_s)
{
	return one_s == 0 || (other_s != 0 && other_s < one_s) ? other_s : one_s;
}

int64_t inventory_next_change(const struct inventory *inventory)
{
	const uint64_t novelty_ns = novelty_next_change_ns(inventory->caution.novelty);
	const int64_t novelty_s = (int64_t)((novelty_ns + UTC_NS_PER_S - 1) / UTC_NS_PER_S);

	if (inventory->catalogue == NULL)
		return novelty_s;
	return sooner(novelty_s, sooner(catalogue_next_expiry(inventory->catalogue),
					 policy_next_change(inventory->config, inventory->catalogue,
						 inventory->decided_s)));
}

bool inventory_novelty_is_over(const struct inventory *inventory)
{
	const uint64_t next_ns = novelty_next_change_ns(inventory->caution.novelty);

	return next_ns != 0 && utc_now_ns() >= next_ns;
}

struct caution *inventory_caution(struct inventory *inventory)
{
	return &inventory->caution;
}

int inventory_generation(const struct inventory *inventory, struct generation_header *header)
{
	*header = inventory->header;
	return inventory->memfd;
}

// Gives the generation in force the number and time of the running one, whose rules are the same:
// the data plane was given it before a restart of ours. The memfd has to say so too, in case it is
// handed over again.
static void renumber(struct inventory *inventory, const struct generation_header *running)
{
	const struct compile_guard guard = {
		inventory->caution.overblock, inventory->caution.novelty};
	struct generation_header header;
	char error[INVENTORY_ERROR_SIZE];
	const int memfd = compile_generation(inventory->catalogue, inventory->config,
		inventory->subscribers, &guard, inventory->decided_s, running->number,
		running->created_ns, &header, error, sizeof(error));

	if (memfd < 0)
		return; // as good under its other number
	// That number was never used.
	if (inventory->last_number == inventory->header.number)
		inventory->last_number = running->number;
	close(inventory->memfd);
	inventory->memfd = memfd;
	inventory->header = header;
}

void inventory_observe(struct inventory *inventory, const struct generation_header *running)
{
	if (inventory->memfd >= 0 && inventory->header.number != running->number &&
		memcmp(inventory->header.digest, running->digest, sizeof(running->digest)) == 0)
		renumber(inventory, running);
	if (running->number > inventory->last_number)
		inventory->last_number = running->number;
}
