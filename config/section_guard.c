// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

// Fewer than the data plane counts at once (dataplane/overblock.h), so that any limit is reached.
#define SUBSCRIBERS_MAX 100000u
#define PER_MILLE       1000u

#define MEMBER(member) .offset = offsetof(struct config_guard, member)

static const struct setting_field guard_fields[] = {
	{"subscribers", SETTING_U32, .maximum = SUBSCRIBERS_MAX, MEMBER(subscribers)},
	{"subscriber_share", SETTING_U32, .maximum = PER_MILLE, MEMBER(subscriber_share)},
	{"share", SETTING_U32, .maximum = PER_MILLE, MEMBER(share)},
	{"packets", SETTING_U32, .maximum = UINT32_MAX, MEMBER(packets)},
	{"new_subscribers", SETTING_U32, .maximum = SUBSCRIBERS_MAX, MEMBER(new_subscribers)},
};

bool section_guard_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;

	return setting_read_group(source, setting, guard_fields,
		sizeof(guard_fields) / sizeof(guard_fields[0]), &config->guard);
}

// A listed server with more bots in one network than this is rare, one with more customers is not.
void section_guard_default(struct config_guard *guard)
{
	*guard = (struct config_guard){
		.subscribers = 100,
		.subscriber_share = 50,
		.share = 50,
		.packets = 10000,
		.new_subscribers = 500,
	};
}
