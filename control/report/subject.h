// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The subscriber that a question is about, as of now: by name, or by an address that somebody
// holds by the bindings or the mapping. Main thread.

#include "control/control.h"
#include "control/store/trials.h"
#include "control/subscriber/identity.h"
#include "dataplane/api/cohort.h"

#include <jansson.h>

struct subject {
	uint8_t flags;               // SUBSCRIBER_FLAG_*
	enum cohort_group group;     // of the trial that runs
	char trial[TRIAL_NAME_SIZE]; // "": none runs
	json_t *json; // {"subscriber", "flags"?, "group"?}; null where nobody was said
};

// `text`: a name or an address; NULL: somebody without flags, of whom no group is known. -1: the
// store could not be read. The caller releases subject->json.
int subject_find(struct subject *subject, const struct control *control,
	const struct identity *identity, const char *text);
