// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An entry of the policy as it is understood, for people: what it asks for, what it does, and what
// of that the caps leave.

#include "config/policy.h"

#include <stddef.h>

#define POLICY_TEXT_SIZE 4096 // longer ones are cut

// "1 night: level 3, family mirai*, 22:00-06:00: drop, at level 3 police of 10 packets/s, 10 at
// once". Entries are counted from 1.
void policy_text_format(
	const struct config_policy *policy, size_t index, char text[POLICY_TEXT_SIZE]);
