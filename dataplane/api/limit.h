// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The limits of the over-block guard, past which a rule is disarmed: what it may do falls to alert
// until a person has looked. sekisho.conf(5), guard, says what each is for.

#include <stdint.h>

enum limit {
	LIMIT_NONE,
	LIMIT_SUBSCRIBERS,      // that one rule touches, in absolute numbers
	LIMIT_SUBSCRIBER_SHARE, // the same, as a share of all subscribers
	LIMIT_SHARE,            // per mille of its link's packets that one rule touches
	LIMIT_PACKETS,          // a second that one rule touches
	LIMIT_NEW_SUBSCRIBERS,  // that all rules which are new together touch
};
#define LIMIT_COUNT 6

// As in the configuration: "new_subscribers"; "?" for what is none.
const char *limit_name(uint8_t limit);

// What its figure counts: "packets a second".
const char *limit_unit(uint8_t limit);
