// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What may be done to a contact. The words are those of the carriers' list column `max_action`, of
// the policy in the configuration and of every report.

#include <stdbool.h>
#include <stdint.h>

enum action {
	ACTION_ALERT,    // count and report; touch nothing
	ACTION_POLICE,   // let through at a limited rate
	ACTION_DROP,     // discard
	ACTION_RESET,    // answer with TCP RST to both ends
	ACTION_SINKHOLE, // hand over to the sinkhole port
};
#define ACTION_COUNT 5

// NULL-terminated lower-case word; "?" for a value out of range.
const char *action_name(enum action action);
bool action_parse(const char *text, enum action *action);

// How hard an action hits, for caps: alert 0, police 1, and 2 for those that end the communication
// (drop, reset, sinkhole). A cap allows every action that is not more severe than itself.
int action_severity(enum action action);
#define ACTION_SEVERITY_MAX 2

// What an action becomes that may be no more severe than `severity`: itself, or police, or alert.
enum action action_lessen(enum action action, int severity);
