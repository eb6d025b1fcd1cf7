// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/verdict.h"

#include "dataplane/api/generation_layout.h"

static bool may_touch(uint8_t flags, enum consent consent)
{
	if (flags & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT))
		return false;
	return consent == CONSENT_OPT_OUT || (flags & SUBSCRIBER_FLAG_CONSENTED);
}

struct judgement verdict_judge(
	enum action allowed, uint8_t flags, enum consent consent, enum mode mode)
{
	struct judgement judgement = {.action = ACTION_ALERT, .verdict = VERDICT_FORWARD};

	if (mode == MODE_ENFORCE && (flags & SUBSCRIBER_FLAG_CONTROL))
		mode = MODE_SHADOW;
	if (allowed != ACTION_DROP || mode == MODE_ALERT || !may_touch(flags, consent))
		return judgement;
	judgement.action = ACTION_DROP;
	if (mode == MODE_ENFORCE)
		judgement.verdict = VERDICT_DROP;
	else
		judgement.would_drop = true;
	return judgement;
}
