// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Carries out one request of the command; control/api.h says what may be asked. Main thread.

#include "control/control.h"
#include "control/loader.h"

#include <jansson.h>

// The answer; NULL: it comes from the loader, under `ticket`. `actor` names the peer.
json_t *request_answer(
	const struct control *control, const json_t *request, const char *actor, uint64_t ticket);
