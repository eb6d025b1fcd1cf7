// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/api/counter.h"

const struct counter_info counter_infos[] = {
#define COUNTER_INFO(id, name, kind, help) [COUNTER_##id] = {#name, COUNTER_##kind, help},
	COUNTER_LIST(COUNTER_INFO)
#undef COUNTER_INFO
};

const char *counter_reason_name(enum counter counter)
{
	static const char prefix[] = "undecoded_";

	return counter_infos[counter].name + sizeof(prefix) - 1;
}
