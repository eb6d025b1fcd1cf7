// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// In which phase of which trial a packet fell, and in which group its subscriber was then.

#include "dataplane/api/cohort.h"

#include <stdint.h>

struct membership {
	int64_t phase;           // struct trial_phase; 0: no trial ran
	enum cohort_group group; // NEITHER too if the subscriber may not be touched
};
