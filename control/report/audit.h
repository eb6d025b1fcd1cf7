// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What `sekisho audit --json` and `sekisho audit verify --json` print. Both give NULL only when
// memory is out, and {"error"} when the request is not understood or the store cannot be read.

#include "control/control.h"

#include <jansson.h>

#define AUDIT_LIMIT_MAX 10000

struct audit_proof;

// {"limit": N}, optional: the last entries, newest first.
json_t *audit_json(const struct control *control, const json_t *request);

json_t *audit_verify_json(const struct control *control);

// Of a database that somebody else opened.
json_t *audit_proof_json(const struct audit_proof *proof);
