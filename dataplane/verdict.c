// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/verdict.h"

struct judgement verdict_judge(enum action allowed, enum mode mode)
{
	struct judgement judgement = {.action = ACTION_ALERT, .verdict = VERDICT_FORWARD};

	if (allowed != ACTION_DROP || mode == MODE_ALERT)
		return judgement;
	judgement.action = ACTION_DROP;
	if (mode == MODE_ENFORCE)
		judgement.verdict = VERDICT_DROP;
	else
		judgement.would_drop = true;
	return judgement;
}
