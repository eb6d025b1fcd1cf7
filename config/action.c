// SPDX-License-Identifier: BSD-3-Clause
#include "config/action.h"

#include <string.h>

static const struct {
	const char *name;
	int severity;
} actions[ACTION_COUNT] = {
	[ACTION_ALERT] = {"alert", 0},
	[ACTION_POLICE] = {"police", 1},
	[ACTION_DROP] = {"drop", 2},
	[ACTION_RESET] = {"reset", 2},
	[ACTION_SINKHOLE] = {"sinkhole", 2},
};

const char *action_name(enum action action)
{
	return (unsigned int)action < ACTION_COUNT ? actions[action].name : "?";
}

bool action_parse(const char *text, enum action *action)
{
	for (unsigned int i = 0; i < ACTION_COUNT; i++) {
		if (strcmp(text, actions[i].name) == 0) {
			*action = (enum action)i;
			return true;
		}
	}
	return false;
}

int action_severity(enum action action)
{
	return (unsigned int)action < ACTION_COUNT ? actions[action].severity : 0;
}

enum action action_lessen(enum action action, int severity)
{
	if (action_severity(action) <= severity)
		return action;
	return severity >= action_severity(ACTION_POLICE) ? ACTION_POLICE : ACTION_ALERT;
}
