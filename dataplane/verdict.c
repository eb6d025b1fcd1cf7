// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/verdict.h"

struct judgement verdict_judge(const struct generation_decision *decision, enum evidence evidence,
	uint8_t flags, enum mode mode)
{
	const struct generation_cell *cell =
		&decision->cells[evidence][flags & (GENERATION_FLAG_SETS - 1)];
	const enum mode effective = cell->mode < mode ? cell->mode : mode;
	struct judgement judgement = {.action = ACTION_ALERT, .verdict = VERDICT_FORWARD};

	if (cell->action != ACTION_DROP || effective == MODE_ALERT)
		return judgement;
	judgement.action = ACTION_DROP;
	if (effective == MODE_ENFORCE)
		judgement.verdict = VERDICT_DROP;
	else
		judgement.would_drop = true;
	return judgement;
}
