// SPDX-License-Identifier: BSD-3-Clause
#include "control/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	enum action policy; // for the level
	uint8_t level;
	uint16_t port;
	enum action max_action, allowed;
} examples[] = {
	{ACTION_DROP, 4, 80, ACTION_SINKHOLE, ACTION_DROP},
	{ACTION_ALERT, 4, 80, ACTION_SINKHOLE, ACTION_ALERT},
	{ACTION_POLICE, 3, 80, ACTION_SINKHOLE, ACTION_POLICE},
	{ACTION_RESET, 1, 80, ACTION_SINKHOLE, ACTION_RESET},
	// Caps: alert < police < what ends the communication.
	{ACTION_DROP, 4, 80, ACTION_ALERT, ACTION_ALERT},
	{ACTION_DROP, 4, 80, ACTION_POLICE, ACTION_POLICE},
	{ACTION_SINKHOLE, 4, 80, ACTION_DROP, ACTION_SINKHOLE},
	{ACTION_RESET, 4, 80, ACTION_DROP, ACTION_RESET},
	{ACTION_POLICE, 4, 80, ACTION_ALERT, ACTION_ALERT},
	{ACTION_POLICE, 4, 80, ACTION_DROP, ACTION_POLICE},
	{ACTION_ALERT, 4, 80, ACTION_DROP, ACTION_ALERT},
	// Any port: level 4 only.
	{ACTION_DROP, 4, 0, ACTION_SINKHOLE, ACTION_DROP},
	{ACTION_DROP, 4, 0, ACTION_ALERT, ACTION_ALERT},
	{ACTION_DROP, 3, 0, ACTION_SINKHOLE, ACTION_ALERT},
	{ACTION_POLICE, 1, 0, ACTION_SINKHOLE, ACTION_ALERT},
};

static void caps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct config config = {0};
		config.policy[examples[i].level] = examples[i].policy;
		struct indicator indicator = {
			.port = examples[i].port,
			.level = examples[i].level,
			.max_action = examples[i].max_action,
		};
		enum action allowed = policy_action(&config, &indicator);
		if (allowed != examples[i].allowed)
			fail_msg("example %zu: %s", i, action_name(allowed));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
