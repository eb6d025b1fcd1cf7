// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/group.h"

static bool may_be_touched(uint8_t flags, enum consent consent)
{
	if (flags & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT))
		return false;
	return consent == CONSENT_OPT_OUT || (flags & SUBSCRIBER_FLAG_CONSENTED);
}

enum cohort_group group_of_name(
	const struct cohort *cohort, const char *name, uint8_t flags, enum consent consent)
{
	return may_be_touched(flags, consent) ? cohort_of_name(cohort, name) : COHORT_NEITHER;
}

enum cohort_group group_of_key(const struct cohort *cohort, const struct subscriber_key *key,
	uint8_t flags, enum consent consent)
{
	return may_be_touched(flags, consent) ? cohort_of_key(cohort, key) : COHORT_NEITHER;
}
