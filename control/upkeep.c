// SPDX-License-Identifier: BSD-3-Clause
#include "control/upkeep.h"

#include "config/log.h"
#include "config/utc.h"
#include "control/guard_files.h"
#include "control/monotonic.h"
#include "control/store/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A file that was written to less than this ago may not be complete.
#define SETTLE_MS 500
// Whoever writes without end is read nevertheless.
#define SETTLE_TRIES_MAX 20
// Expiry may cost at most a twentieth of this thread's time, and comes at least so much apart.
#define EXPIRY_SHARE      20
#define EXPIRY_SPACING_MS 2000
// When there are no feeds with a shorter refresh.
#define REFRESH_MS_MAX 3600000
// However many bindings change: each time is a generation.
#define HOLDINGS_SPACING_MS 1000
// They may cost at most a fifth of this thread's time: in a trial they are everybody's.
#define HOLDINGS_SHARE 5

static void set_problem(struct upkeep *upkeep, const char *problem)
{
	if (strcmp(upkeep->problem, problem) != 0)
		log_warning("lists: %s", problem);
	if (upkeep->problem[0] == '\0')
		upkeep->problem_since_ns = utc_now_ns();
	snprintf(upkeep->problem, sizeof(upkeep->problem), "%s", problem);
}

// Nothing could be put in force, for a never-block file that is wrong for one.
static void refuse(struct upkeep *upkeep, const char *actor, const char *problem)
{
	if (strcmp(upkeep->problem, problem) != 0)
		(void)store_audit_add(upkeep->store, actor, "refuse", "", "", problem);
	set_problem(upkeep, problem);
}

static void plan_expiry(struct upkeep *upkeep)
{
	const int64_t expiry_s = inventory_next_change(upkeep->inventory);
	const int64_t now_ms = (int64_t)(utc_now_ns() / 1000000);
	int64_t wait_ms = expiry_s * 1000 - now_ms;
	int64_t least_ms = upkeep->merge_ms * EXPIRY_SHARE;

	if (expiry_s == 0) {
		upkeep->expiry_at_ms = 0;
		return;
	}
	if (least_ms < EXPIRY_SPACING_MS)
		least_ms = EXPIRY_SPACING_MS;
	if (wait_ms < least_ms)
		wait_ms = least_ms;
	// The wall clock may be set meanwhile: look again after an hour at the latest.
	if (wait_ms > REFRESH_MS_MAX)
		wait_ms = REFRESH_MS_MAX;
	upkeep->expiry_at_ms = monotonic_ms() + wait_ms;
}

// After anything that may have changed what is in force. It is told first, so that the names of
// new indicators are known before their first packets.
static void settle(struct upkeep *upkeep)
{
	upkeep->publish(upkeep->context);
	delivery_deliver(upkeep->delivery, upkeep->inventory);
	upkeep->publish(upkeep->context);
	plan_expiry(upkeep);
}

void upkeep_save(struct upkeep *upkeep)
{
	char error[UPKEEP_PROBLEM_SIZE];

	if (inventory_save(upkeep->inventory, error, sizeof(error)) < 0 &&
		!atomic_load(upkeep->stop)) {
		set_problem(upkeep, error);
		upkeep->publish(upkeep->context);
	}
}

// Tells of what the registry refuses, once.
static void audit_registry(struct upkeep *upkeep, const char *actor, const bool well[])
{
	for (size_t i = 0; i < registry_count(upkeep->registry); i++) {
		const struct registry_state *state = registry_state(upkeep->registry, i);

		if (!well[i] || state->problem[0] == '\0')
			continue;
		log_warning("subscribers: %s", state->problem);
		(void)store_audit_add(upkeep->store, actor, "refuse", "", "", state->problem);
	}
}

static void plan_holdings(struct upkeep *upkeep)
{
	int64_t spacing_ms = upkeep->holdings_cost_ms * HOLDINGS_SHARE;

	if (spacing_ms < HOLDINGS_SPACING_MS)
		spacing_ms = HOLDINGS_SPACING_MS;
	upkeep->holdings_at_ms = upkeep->holdings_read_ms + spacing_ms;
}

// What they are good for was not done: they are to be read as if for the first time.
static void forget_holdings(struct upkeep *upkeep)
{
	holdings_release(upkeep->holdings);
	upkeep->holdings = NULL;
	plan_holdings(upkeep);
}

void upkeep_bindings_changed(struct upkeep *upkeep)
{
	if (upkeep->holdings_at_ms == 0)
		plan_holdings(upkeep);
}

// Reads what subscribers hold whose flags or group matter, and gives these to the inventory. 1:
// somebody may be treated otherwise now; 0: not; -1 with one line in `error`.
static int read_holdings(struct upkeep *upkeep, bool always, char error[UPKEEP_PROBLEM_SIZE])
{
	struct identity *identity = registry_identity(upkeep->registry);
	struct flagged_trial trial = {.consent = upkeep->config->subscribers.consent};
	struct holdings *holdings;
	struct flagged *flagged;
	size_t count;
	const struct flagged_prefix *prefixes;
	bool same;

	upkeep->holdings_at_ms = 0;
	upkeep->holdings_read_ms = monotonic_ms();
	if (identity == NULL)
		return 0;
	if (trials_cohort(upkeep->store, &upkeep->secret, &trial.cohort) < 0) {
		snprintf(error, UPKEEP_PROBLEM_SIZE, "%s", store_error(upkeep->store));
		goto later;
	}
	holdings = holdings_read(
		upkeep->store, upkeep->config, identity, &trial.cohort, error, UPKEEP_PROBLEM_SIZE);
	if (holdings == NULL)
		goto later;
	same = holdings_same(holdings, upkeep->holdings);
	// What changed meanwhile within the new ones was not seen to concern flags: once more.
	if (!same)
		plan_holdings(upkeep);
	if (same && !always) {
		holdings_release(holdings);
		return 0;
	}
	prefixes = holdings_prefixes(holdings, &count);
	flagged = identity_flagged(identity, prefixes, count, &trial, error, UPKEEP_PROBLEM_SIZE);
	if (flagged == NULL) {
		holdings_release(holdings);
		goto later;
	}
	holdings_release(upkeep->holdings);
	upkeep->holdings = holdings;
	inventory_subscribers(upkeep->inventory, flagged);
	return 1;
later:
	forget_holdings(upkeep);
	return -1;
}

// Reads what changed of the subscribers' files. 1: somebody may be treated otherwise now; 0: not;
// -1 with one line in `error`.
static int read_registry(
	struct upkeep *upkeep, bool force, const char *actor, char error[UPKEEP_PROBLEM_SIZE])
{
	bool well[CONFIG_MAPPING_MAX + CONFIG_CGN_MAX] = {false};
	bool renewed;

	for (size_t i = 0; i < registry_count(upkeep->registry); i++)
		well[i] = registry_state(upkeep->registry, i)->problem[0] == '\0';
	renewed = registry_read(upkeep->registry, force, NULL, error, UPKEEP_PROBLEM_SIZE);
	audit_registry(upkeep, actor, well);
	if (!renewed)
		return error[0] == '\0' ? 0 : -1;
	if (read_holdings(upkeep, true, error) < 0)
		return -1;
	// Contacts have been waiting for it, and merging may take long.
	upkeep->publish(upkeep->context);
	return 1;
}

int upkeep_load(struct upkeep *upkeep, const struct inventory_request *request,
	struct difference **difference, char error[UPKEEP_PROBLEM_SIZE])
{
	const int64_t begin_ms = monotonic_ms();
	int result;

	guard_files_note(upkeep->config, upkeep->guard_files);
	// To force one feed is not to force these.
	result = read_registry(
		upkeep, request->force && request->selected == NULL, request->actor, error);
	// Compiled on its own, so that a rollback returns to other lists and not to other flags,
	// nor to what was new.
	if (result > 0 || (result == 0 && inventory_novelty_is_over(upkeep->inventory)))
		result = inventory_refresh(upkeep->inventory, error, UPKEEP_PROBLEM_SIZE);
	if (result == 0)
		result = inventory_load(
			upkeep->inventory, request, difference, error, UPKEEP_PROBLEM_SIZE);
	upkeep->merge_ms = monotonic_ms() - begin_ms;
	if (result < 0)
		refuse(upkeep, request->actor, error);
	else
		upkeep->problem[0] = '\0';
	settle(upkeep);
	return result;
}

int upkeep_rollback(struct upkeep *upkeep, const char *actor, struct difference **difference,
	char error[UPKEEP_PROBLEM_SIZE])
{
	const int result = inventory_rollback(
		upkeep->inventory, actor, difference, error, UPKEEP_PROBLEM_SIZE);

	settle(upkeep);
	return result;
}

static bool is_recent(uint64_t written_ns)
{
	const int64_t age_ms = (int64_t)(utc_now_ns() / 1000000 - written_ns / 1000000);

	return age_ms >= 0 && age_ms < SETTLE_MS;
}

static bool is_fresh(const struct stat *file)
{
	return is_recent(
		(uint64_t)file->st_mtim.tv_sec * UTC_NS_PER_S + (uint64_t)file->st_mtim.tv_nsec);
}

// Merges the same rows anew.
static void remerge(struct upkeep *upkeep)
{
	const int64_t begin_ms = monotonic_ms();
	char error[UPKEEP_PROBLEM_SIZE];

	guard_files_note(upkeep->config, upkeep->guard_files);
	if (read_registry(upkeep, false, AUDIT_SELF, error) < 0 ||
		inventory_refresh(upkeep->inventory, error, sizeof(error)) < 0)
		refuse(upkeep, AUDIT_SELF, error);
	else
		upkeep->problem[0] = '\0';
	upkeep->merge_ms = monotonic_ms() - begin_ms;
	settle(upkeep);
	upkeep_save(upkeep);
}

// The data plane disarmed something: from here on it is compiled as alert.
static void note_disarmed(struct upkeep *upkeep, const struct observation *observation)
{
	struct caution *caution = inventory_caution(upkeep->inventory);

	switch (caution_disarm(caution, observation->disarmed, observation->disarmed_count)) {
	case 0:
		break;
	case 1:
		remerge(upkeep);
		break;
	default:
		set_problem(upkeep, store_error(upkeep->store));
		upkeep->publish(upkeep->context);
	}
}

int64_t upkeep_arm(struct upkeep *upkeep, const struct disarmed_choice *choice, const char *actor,
	const char *note, char error[UPKEEP_PROBLEM_SIZE])
{
	const int64_t count =
		caution_arm(inventory_caution(upkeep->inventory), choice, actor, note);

	if (count < 0)
		snprintf(error, UPKEEP_PROBLEM_SIZE, "%s", store_error(upkeep->store));
	if (count > 0)
		remerge(upkeep);
	return count;
}

// Compiles anew if what subscribers hold whose flags or group matter is not what it was, or the
// trial is another one.
static void check_holdings(struct upkeep *upkeep)
{
	const int64_t begin_ms = monotonic_ms();
	char error[UPKEEP_PROBLEM_SIZE];
	const int result = read_holdings(upkeep, false, error);

	upkeep->holdings_cost_ms = monotonic_ms() - begin_ms;
	if (result == 0)
		return;
	if (result > 0 && upkeep->problem[0] != '\0') {
		// Merging anew is what ends a problem.
		remerge(upkeep);
		return;
	}
	if (result < 0) {
		refuse(upkeep, AUDIT_SELF, error);
	} else if (inventory_recompile(upkeep->inventory, error, sizeof(error)) < 0) {
		forget_holdings(upkeep);
		refuse(upkeep, AUDIT_SELF, error);
	}
	settle(upkeep);
	upkeep->holdings_cost_ms = monotonic_ms() - begin_ms;
	upkeep_save(upkeep);
}

static bool find_changed(const struct upkeep *upkeep, bool changed[], bool *fresh)
{
	const struct intake *intake = inventory_intake(upkeep->inventory);
	struct stat file;
	bool any = false;

	for (size_t i = 0; i < intake->count; i++) {
		// A feed in trouble is tried again: what is wrong may not be its file's own state.
		changed[i] = intake_changed(intake, i) || intake->feeds[i].state.problem[0] != '\0';
		any |= changed[i];
		if (changed[i] && stat(intake->feeds[i].config->path, &file) == 0)
			*fresh |= is_fresh(&file);
	}
	return any;
}

// Loads what changed on disk. A file that is being written is left alone for a while.
static void check_files(struct upkeep *upkeep)
{
	const struct intake *intake = inventory_intake(upkeep->inventory);
	bool *changed = calloc(intake->count + 1, sizeof(*changed));
	struct inventory_request request = {.selected = changed, .actor = AUDIT_SELF};
	char error[UPKEEP_PROBLEM_SIZE];
	uint64_t written_ns;
	bool any, all, identity, fresh = false;

	upkeep->check_at_ms = 0;
	if (changed == NULL)
		return;
	any = find_changed(upkeep, changed, &fresh);
	all = guard_files_changed(upkeep->config, upkeep->guard_files, &written_ns) ||
	      upkeep->problem[0] != '\0';
	fresh |= is_recent(written_ns);
	identity = registry_changed(upkeep->registry, &written_ns);
	fresh |= is_recent(written_ns);
	if (fresh && ++upkeep->settle_tries < SETTLE_TRIES_MAX) {
		upkeep->check_at_ms = monotonic_ms() + SETTLE_MS;
		goto done;
	}
	upkeep->settle_tries = 0;
	if (inventory_rolled_back(upkeep->inventory)) {
		if (all || identity)
			remerge(upkeep);
		goto done;
	}
	if (all)
		request.selected = NULL;
	if (!any && !all && identity)
		remerge(upkeep);
	if (any || all) {
		upkeep_load(upkeep, &request, NULL, error);
		upkeep_save(upkeep);
	}
done:
	free(changed);
}

static void plan_refresh(struct upkeep *upkeep)
{
	int64_t interval_ms = REFRESH_MS_MAX;

	for (size_t i = 0; i < upkeep->config->feed_count; i++) {
		const int64_t refresh_ms = (int64_t)upkeep->config->feeds[i].refresh_s * 1000;

		if (refresh_ms < interval_ms)
			interval_ms = refresh_ms;
	}
	upkeep->refresh_at_ms = monotonic_ms() + interval_ms;
}

static void plan_checkpoint(struct upkeep *upkeep)
{
	upkeep->checkpoint_at_ms = monotonic_ms() + STORE_CHECKPOINT_MS;
}

int upkeep_open(struct upkeep *upkeep, char *error, size_t error_size)
{
	upkeep->guard_files =
		calloc(guard_files_count(upkeep->config) + 1, sizeof(upkeep->guard_files[0]));
	upkeep->delivery = delivery_create(upkeep->config->runtime_dir);
	upkeep->registry = registry_create(upkeep->config);
	if (upkeep->guard_files == NULL || upkeep->delivery == NULL || upkeep->registry == NULL) {
		snprintf(error, error_size, "no memory for the lists");
		goto fail;
	}
	if (trial_secret_load(upkeep->config->state_dir, &upkeep->secret, error, error_size) < 0)
		goto fail;
	upkeep->watch = watch_create(upkeep->config, error, error_size);
	if (upkeep->watch == NULL)
		goto fail;
	upkeep->inventory =
		inventory_open(upkeep->config, upkeep->store, upkeep->stop, error, error_size);
	if (upkeep->inventory == NULL)
		goto fail;
	return 0;
fail:
	upkeep_close(upkeep);
	return -1;
}

void upkeep_close(struct upkeep *upkeep)
{
	inventory_close(upkeep->inventory);
	holdings_release(upkeep->holdings);
	registry_free(upkeep->registry);
	watch_free(upkeep->watch);
	delivery_free(upkeep->delivery);
	free(upkeep->guard_files);
	upkeep->inventory = NULL;
	upkeep->holdings = NULL;
	upkeep->registry = NULL;
	upkeep->watch = NULL;
	upkeep->delivery = NULL;
	upkeep->guard_files = NULL;
}

void upkeep_begin(struct upkeep *upkeep)
{
	const struct inventory_request request = {.actor = AUDIT_SELF};
	char error[UPKEEP_PROBLEM_SIZE];

	delivery_observe(upkeep->delivery, upkeep->inventory);
	// The rows of the last run first, so that what the files say now is compared with them.
	remerge(upkeep);
	if (!inventory_rolled_back(upkeep->inventory)) {
		upkeep_load(upkeep, &request, NULL, error);
		upkeep_save(upkeep);
	}
	plan_refresh(upkeep);
	plan_checkpoint(upkeep);
}

void upkeep_trial(struct upkeep *upkeep)
{
	check_holdings(upkeep);
}

int upkeep_wait_ms(const struct upkeep *upkeep)
{
	const int64_t moments[] = {upkeep->refresh_at_ms, upkeep->check_at_ms, upkeep->expiry_at_ms,
		upkeep->holdings_at_ms, delivery_retry_at_ms(upkeep->delivery)};
	int64_t wait_ms = REFRESH_MS_MAX;

	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		const int64_t left_ms = moments[i] - monotonic_ms();

		if (moments[i] != 0 && left_ms < wait_ms)
			wait_ms = left_ms < 0 ? 0 : left_ms;
	}
	return (int)wait_ms;
}

static bool is_due(int64_t at_ms)
{
	return at_ms != 0 && monotonic_ms() >= at_ms;
}

void upkeep_run(struct upkeep *upkeep, const struct observation *observation)
{
	if (watch_drain(upkeep->watch) && upkeep->check_at_ms == 0)
		upkeep->check_at_ms = monotonic_ms() + SETTLE_MS;
	if (is_due(upkeep->refresh_at_ms)) {
		watch_renew(upkeep->watch);
		plan_refresh(upkeep);
		check_files(upkeep);
	} else if (is_due(upkeep->check_at_ms)) {
		check_files(upkeep);
	}
	if (is_due(upkeep->expiry_at_ms))
		remerge(upkeep);
	note_disarmed(upkeep, observation);
	if (is_due(upkeep->holdings_at_ms))
		check_holdings(upkeep);
	if (delivery_due(upkeep->delivery, upkeep->inventory, observation)) {
		delivery_deliver(upkeep->delivery, upkeep->inventory);
		upkeep->publish(upkeep->context);
	}
	if (is_due(upkeep->checkpoint_at_ms)) {
		// Failing, it is tried again; the log grows meanwhile, and nothing is lost.
		(void)store_checkpoint(upkeep->store);
		plan_checkpoint(upkeep);
	}
}
