// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/api/evidence.h"

enum evidence evidence_of(uint8_t seen)
{
	const uint8_t payload = SEEN_UP_PAYLOAD | SEEN_DOWN_PAYLOAD;

	if ((seen & payload) == payload)
		return EVIDENCE_CONVERSED;
	if ((seen & SEEN_DOWN_REPLY) || ((seen & SEEN_UP) && (seen & SEEN_DOWN)))
		return EVIDENCE_ANSWERED;
	if (seen & SEEN_UP)
		return EVIDENCE_ATTEMPTED;
	return EVIDENCE_UNSOLICITED;
}

const char *evidence_name(enum evidence evidence)
{
	static const char *const names[EVIDENCE_COUNT] = {
		"unsolicited", "attempted", "answered", "conversed"};

	return (unsigned)evidence < EVIDENCE_COUNT ? names[evidence] : "?";
}
