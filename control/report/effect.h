// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What enforcement changes: cohort against control group of a trial, or after against before, as
// control/api.h describes the answer. control/statistics/effect.h says what is compared, and
// control/report/comparison.h who is counted.
//
// A trial is measured from the last change of its share on, for before it other people were in the
// cohort. Before and after are whole days in UTC, as many in both, so that counts can be compared;
// the same subscribers are among both, so their intervals are wider than need be rather than
// narrower. Main thread; see control/store/effects.h for the cost.

#include "control/control.h"

#include <jansson.h>

#define EFFECT_QUIET_DAYS     7 // if not said
#define EFFECT_QUIET_DAYS_MAX 3650

json_t *effect_json(const struct control *control, const json_t *request);
