// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/verdict.h"

struct judgement verdict_judge(const struct generation_decision *decision, enum evidence evidence,
	uint8_t flags, enum mode mode)
{
	const struct generation_cell *cell =
		&decision->cells[evidence][flags & (GENERATION_FLAG_SETS - 1)];
	const enum mode least = cell->mode < mode ? cell->mode : mode;
	const bool control = flags & SUBSCRIBER_FLAG_CONTROL;
	const enum mode effective = control && least == MODE_ENFORCE ? MODE_SHADOW : least;

	if (effective == MODE_ALERT)
		return (struct judgement){.action = ACTION_ALERT};
	return (struct judgement){
		.action = (enum action)cell->action,
		.apply = effective == MODE_ENFORCE && cell->action != ACTION_ALERT,
	};
}
