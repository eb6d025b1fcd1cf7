// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/resolved.h"

#include <stddef.h>

static int resolve_plain(void *context, const struct subscriber_key *key, const char *link,
	uint64_t at_ns, struct resolved *resolved)
{
	_Static_assert(RESOLVED_NAME_SIZE >= SUBSCRIBER_KEY_TEXT_SIZE, "a key is a name");

	(void)context;
	(void)at_ns;
	subscriber_key_format(key, link, resolved->name);
	return 0;
}

const struct subscriber_resolver subscriber_resolver_plain = {.resolve = resolve_plain};

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
