// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Trials as an operator starts, changes and ends them, and who is in which group of them.
//
// A trial takes effect with the next generation, which the loader makes as soon as it is told: some
// seconds with a large list. Contacts are counted for the group from the moment of the command on,
// whether the data plane has the generation yet or not: the group is what was drawn, and what was
// done about its packets the contact says itself.
//
// A trial whose secret is gone cannot be continued: nobody is enforced upon until it is ended.
//
// trials_* but trials_cohort: main thread. trials_cohort: with a store of one's own, any.

#include "config/config.h"
#include "control/store/membership.h"
#include "control/store/records.h"
#include "control/store/resolved.h"
#include "control/store/trials.h"

#define TRIAL_ERROR_SIZE 512

struct trials;

// Reads the secret, or makes it. All must outlive it. NULL with one line in `error`.
struct trials *trials_open(
	const struct config *config, struct store *store, char *error, size_t error_size);
void trials_free(struct trials *trials); // NULL is allowed

// The change, and an entry of the audit log, or neither. -1: refused or not stored, with one line
// in `error`. `note` may be NULL. A name has 1 to 63 bytes without blanks and control characters,
// and is used once.
int trials_start(struct trials *trials, const char *name, uint16_t per_mille, const char *note,
	const char *actor, char error[TRIAL_ERROR_SIZE]);
int trials_change(
	struct trials *trials, uint16_t per_mille, const char *actor, char error[TRIAL_ERROR_SIZE]);
int trials_end(struct trials *trials, const char *actor, char error[TRIAL_ERROR_SIZE]);

// Why the running trial cannot be what it should be; "" if it is, or none runs.
const char *trials_problem(struct trials *trials);

// The group of a subscriber at a moment, for struct contact_observer. -1: the store could not be
// read.
int trials_member(struct trials *trials, const struct resolved *resolved,
	const struct record_key *key, uint64_t at_ns, struct membership *membership);

// What a generation made now is to say of trials; zero if none runs. With another secret than the
// running trial's nobody is in its cohort. -1: the store could not be read.
int trials_cohort(struct store *store, const struct trial_secret *secret, struct cohort *cohort);
