// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The thread that reads lists and hands generations to the data plane.
//
// It loads when a file of a list or of subscribers changed, when a feed's refresh is due, when an
// indicator expires, when a trial changes, when a command asks and when subscribers with flags, or
// during a trial any, change addresses; it hands the generation over again when the data plane runs
// another one, because it was restarted for example. It has its own connections to the data plane
// and to the store, so that a large list delays neither a change of mode nor the storing of
// contacts.
//
// All calls are for the main thread; none blocks, but for loader_stop.

#include "control/holdings.h"
#include "control/inventory.h"
#include "control/store/settings.h"
#include "control/subscriber/registry.h"
#include "dataplane/api/message.h"

#include <stdbool.h>

#define LOADER_JOBS_MAX     16
#define LOADER_PROBLEM_SIZE 512 // UPKEEP_PROBLEM_SIZE

struct loader;

// What stands now, for reports; immutable.
struct loader_view {
	atomic_uint holders;
	struct catalogue *catalogue; // NULL: no list yet
	struct identity *identity;   // NULL: a mapping file was never read
	struct holdings *holdings;   // whose flags generations carry by RADIUS; NULL: likewise
	struct generation_header generation; // compiled from it; all zero: none yet
	struct overblock *overblock;         // what is disarmed
	bool rolled_back;
	bool can_roll_back;
	char problem[LOADER_PROBLEM_SIZE]; // of no single feed; "": none
	uint64_t problem_since_ns;
	struct registry_state *registry; // mapping and CGN files
	size_t registry_count;
	size_t feed_count;
	struct feed_state feeds[];
};

enum loader_task {
	LOADER_LOAD,
	LOADER_ROLLBACK,
	LOADER_DIFF,
	LOADER_ARM,
};

#define LOADER_NOTE_SIZE 256

// malloc'd.
struct loader_job {
	uint64_t ticket; // the caller's, for the answer
	enum loader_task task;
	bool force;                    // LOADER_LOAD
	bool all;                      // LOADER_LOAD: all feeds, whatever is selected
	struct disarmed_choice choice; // LOADER_ARM
	char note[LOADER_NOTE_SIZE];   // LOADER_ARM
	char actor[ACTOR_SIZE];
	bool selected[]; // LOADER_LOAD: by feed
};

struct loader_answer {
	uint64_t ticket;
	enum loader_task task;
	char error[LOADER_PROBLEM_SIZE];     // "": done
	struct difference *difference;       // NULL: there is no list
	struct generation_header generation; // in force now; all zero: none
	bool renewed;                        // the task made it
	int64_t armed;                       // LOADER_ARM: how many entries
	bool delivered;                      // the data plane uses it
	char problem[LOADER_PROBLEM_SIZE];   // why not
	size_t feed_count;
	struct feed_state feeds[]; // after the task; of a diff, as they would be
};

// Starts the thread. `store` is the loader's from now on, and must outlive it, as `config`.
struct loader *loader_start(
	const struct config *config, struct store *store, char *error, size_t error_size);

// Ends what can be ended, waits for the thread (for a generation on its way to the data plane at
// most DATAPLANE_BUILD_TIMEOUT_MS). Jobs without an answer get none. NULL is allowed.
void loader_stop(struct loader *loader);

// Takes the job over. false: too many are waiting; the job is still the caller's.
bool loader_submit(struct loader *loader, struct loader_job *job);

// A trial in the store began, changed or ended: a generation is made that says so.
void loader_trial_changed(struct loader *loader);

// Readable when an answer is there. loader_collect gives it, or NULL; the caller frees it.
int loader_fd(const struct loader *loader);
struct loader_answer *loader_collect(struct loader *loader);
void loader_answer_free(struct loader_answer *answer); // NULL is allowed

struct loader_view *loader_view(struct loader *loader);
void loader_view_release(struct loader_view *view); // NULL is allowed

// Bindings changed, by a committed transaction, that may concern the flags of subscribers.
void loader_bindings_changed(struct loader *loader);

// Tells what the data plane runs; NULL: it cannot be asked.
void loader_observe(struct loader *loader, const struct message_status *status);
