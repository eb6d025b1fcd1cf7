// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a reader of subscribers' tables rejected: one text, a line for each row.

#include "control/subscriber/table.h"

#include <stdio.h>
#include <string.h>

struct refusals {
	char text[8192];
	size_t count;
};

static inline void refusals_take(void *context, const struct table_refusal *refusal)
{
	struct refusals *refusals = context;
	const size_t used = strlen(refusals->text);

	refusals->count++;
	snprintf(refusals->text + used, sizeof(refusals->text) - used, "%u: '%s': %s\n",
		refusal->line, refusal->value, refusal->reason);
}

static inline struct table_listener refusals_listener(struct refusals *refusals)
{
	memset(refusals, 0, sizeof(*refusals));
	return (struct table_listener){.refused = refusals_take, .context = refusals};
}
