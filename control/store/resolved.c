// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/resolved.h"

#include <stddef.h>

const char *subscriber_flag_name(unsigned bit)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = {
		{SUBSCRIBER_FLAG_OPT_OUT, "opt-out"},
		{SUBSCRIBER_FLAG_CONSENTED, "consented"},
		{SUBSCRIBER_FLAG_EXEMPT, "exempt"},
		{SUBSCRIBER_FLAG_WATCH, "watch"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].flag == 1u << bit)
			return names[i].name;
	return NULL;
}
