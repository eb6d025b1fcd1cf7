// SPDX-License-Identifier: BSD-3-Clause
#include "control/trial.h"

#include "config/utc.h"
#include "control/feed/text.h"
#include "control/store/audit.h"
#include "control/subscriber/group.h"

#include <sodium.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct trials {
	const struct config *config;
	struct store *store;
	struct trial_secret secret;
	struct cohort last; // drawn by last, so that a key is not derived for each packet
	char problem[TRIAL_ERROR_SIZE];
};

struct trials *trials_open(
	const struct config *config, struct store *store, char *error, size_t error_size)
{
	struct trials *trials = calloc(1, sizeof(*trials));

	if (trials == NULL) {
		snprintf(error, error_size, "no memory for trials");
		return NULL;
	}
	trials->config = config;
	trials->store = store;
	if (trial_secret_load(config->state_dir, &trials->secret, error, error_size) < 0) {
		trials_free(trials);
		return NULL;
	}
	return trials;
}

void trials_free(struct trials *trials)
{
	if (trials == NULL)
		return;
	sodium_memzero(&trials->secret, sizeof(trials->secret));
	free(trials);
}

static bool drawn_with(const struct trial *trial, const struct trial_secret *secret)
{
	uint8_t mark[TRIAL_MARK_SIZE];

	trial_secret_mark(secret, mark);
	return memcmp(mark, trial->mark, sizeof(mark)) == 0;
}

const char *trials_problem(struct trials *trials)
{
	struct trial trial;
	const int found = store_trial_running(trials->store, &trial);

	trials->problem[0] = '\0';
	if (found < 0)
		snprintf(
			trials->problem, sizeof(trials->problem), "%s", store_error(trials->store));
	else if (found == 1 && !drawn_with(&trial, &trials->secret))
		snprintf(trials->problem, sizeof(trials->problem),
			"trial %s was drawn with another %s/" TRIAL_KEY_FILE
			": nobody is enforced upon; put that file back and restart, or end it",
			trial.name, trials->config->state_dir);
	return trials->problem;
}

int trials_cohort(struct store *store, const struct trial_secret *secret, struct cohort *cohort)
{
	struct trial trial;
	const int found = store_trial_running(store, &trial);

	memset(cohort, 0, sizeof(*cohort));
	if (found <= 0)
		return found;
	cohort->trial = trial.number;
	trial_secret_derive(secret, trial.number, cohort->key);
	if (drawn_with(&trial, secret))
		cohort->per_mille = trial.last.per_mille;
	return 0;
}

int trials_member(struct trials *trials, const struct resolved *resolved,
	const struct record_key *key, uint64_t at_ns, struct membership *membership)
{
	const enum consent consent = trials->config->subscribers.consent;
	struct trial_phase phase;
	const int found = store_trial_phase_at(trials->store, at_ns, &phase);

	*membership = (struct membership){0};
	if (found <= 0)
		return found;
	if (trials->last.trial != phase.trial) {
		trials->last.trial = phase.trial;
		trial_secret_derive(&trials->secret, phase.trial, trials->last.key);
	}
	trials->last.per_mille = phase.per_mille;
	membership->group =
		resolved->known
			? group_of_name(&trials->last, resolved->name, resolved->flags, consent)
			: group_of_key(&trials->last, &key->key, resolved->flags, consent);
	membership->phase = phase.id;
	return 0;
}

// Commits what `change` does together with an entry of the audit log, on the disk.
struct change {
	struct trial trial;
	struct trial_phase phase; // to be added; trial 0: of the new trial
	bool is_new, ends;
	const char *actor, *action;
	char from[SETTING_VALUE_SIZE], to[SETTING_VALUE_SIZE];
	char detail[TRIAL_NOTE_SIZE + TRIAL_NAME_SIZE];
};

static int apply(struct store *store, struct change *change)
{
	if (change->is_new && store_trial_add(store, &change->trial, &change->phase.trial) < 0)
		return -1;
	if (change->ends ? store_trial_end(store, change->trial.number, utc_now_ns()) < 0
			 : store_trial_phase_add(store, &change->phase) < 0)
		return -1;
	return store_audit_add(
		store, change->actor, change->action, change->from, change->to, change->detail);
}

static int commit(struct trials *trials, struct change *change, char error[TRIAL_ERROR_SIZE])
{
	struct store *store = trials->store;
	int result = -1;

	if (store_set_durable(store, true) < 0 || store_begin(store) < 0)
		goto fail;
	result = apply(store, change);
	if (result == 0)
		result = store_commit(store);
	if (result < 0)
		store_rollback(store);
	if (store_set_durable(store, false) < 0)
		result = -1;
	if (result == 0)
		return 0;
fail:
	snprintf(error, TRIAL_ERROR_SIZE, "%s", store_error(store));
	return -1;
}

static bool name_is_good(const char *name)
{
	const size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)name[i] <= ' ' || (unsigned char)name[i] == 0x7f)
			return false;
	return length > 0 && length < TRIAL_NAME_SIZE && text_valid(name);
}

static void say_share(uint16_t per_mille, char text[SETTING_VALUE_SIZE])
{
	snprintf(text, SETTING_VALUE_SIZE, "%u per mille", per_mille);
}

static void fill_phase(struct change *change, uint16_t per_mille)
{
	change->phase.trial = change->trial.number;
	change->phase.per_mille = per_mille;
	change->phase.from_ns = utc_now_ns();
	snprintf(change->phase.actor, sizeof(change->phase.actor), "%s", change->actor);
	say_share(per_mille, change->to);
}

int trials_start(struct trials *trials, const char *name, uint16_t per_mille, const char *note,
	const char *actor, char error[TRIAL_ERROR_SIZE])
{
	struct change change = {.actor = actor, .action = "trial start", .is_new = true};
	struct trial other;
	int found;

	if (!name_is_good(name)) {
		snprintf(error, TRIAL_ERROR_SIZE,
			"trial: a name has 1 to %d bytes without blanks, such as \"pilot-2026\"",
			TRIAL_NAME_SIZE - 1);
		return -1;
	}
	if (note != NULL && strlen(note) >= TRIAL_NOTE_SIZE) {
		snprintf(error, TRIAL_ERROR_SIZE,
			"trial: a note has at most %d bytes, this one %zu", TRIAL_NOTE_SIZE - 1,
			strlen(note));
		return -1;
	}
	found = store_trial_running(trials->store, &other);
	if (found == 1)
		snprintf(error, TRIAL_ERROR_SIZE,
			"trial: %s is running; end it first, there is one at a time", other.name);
	else if (found == 0) {
		found = store_trial_find(trials->store, name, &other);
		if (found == 1)
			snprintf(error, TRIAL_ERROR_SIZE,
				"trial: there was one called %s; choose another name", name);
	}
	if (found < 0)
		snprintf(error, TRIAL_ERROR_SIZE, "%s", store_error(trials->store));
	if (found != 0)
		return -1;
	snprintf(change.trial.name, sizeof(change.trial.name), "%s", name);
	text_show(note == NULL ? "" : note, change.trial.note, sizeof(change.trial.note));
	trial_secret_mark(&trials->secret, change.trial.mark);
	fill_phase(&change, per_mille);
	snprintf(change.detail, sizeof(change.detail), "%s%s%s", name,
		change.trial.note[0] == '\0' ? "" : ": ", change.trial.note);
	return commit(trials, &change, error);
}

// The running trial, for a change of it. -1: there is none, or it cannot be read.
static int find_running(struct trials *trials, struct change *change, char error[TRIAL_ERROR_SIZE])
{
	const int found = store_trial_running(trials->store, &change->trial);

	if (found == 0)
		snprintf(error, TRIAL_ERROR_SIZE,
			"trial: none is running; sekisho trial start NAME --per-mille N begins "
			"one");
	if (found < 0)
		snprintf(error, TRIAL_ERROR_SIZE, "%s", store_error(trials->store));
	if (found != 1)
		return -1;
	say_share(change->trial.last.per_mille, change->from);
	snprintf(change->detail, sizeof(change->detail), "%s", change->trial.name);
	return 0;
}

int trials_change(
	struct trials *trials, uint16_t per_mille, const char *actor, char error[TRIAL_ERROR_SIZE])
{
	struct change change = {.actor = actor, .action = "trial change"};

	if (find_running(trials, &change, error) < 0)
		return -1;
	if (change.trial.last.per_mille == per_mille) {
		snprintf(error, TRIAL_ERROR_SIZE, "trial: %s has %u per mille already",
			change.trial.name, per_mille);
		return -1;
	}
	fill_phase(&change, per_mille);
	return commit(trials, &change, error);
}

int trials_end(struct trials *trials, const char *actor, char error[TRIAL_ERROR_SIZE])
{
	struct change change = {.actor = actor, .action = "trial end", .ends = true};

	if (find_running(trials, &change, error) < 0)
		return -1;
	return commit(trials, &change, error);
}
