// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

// Nothing that an ISP's edge carries nests deeper, and each level costs time that a flood can
// claim.
#define DEPTH_MAX 8

static const struct setting_field decode_fields[] = {
	{"depth", SETTING_U8, .minimum = 1, .maximum = DEPTH_MAX,
		.offset = offsetof(struct config_decode, depth)},
};

bool section_decode_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;

	return setting_read_group(source, setting, decode_fields,
		sizeof(decode_fields) / sizeof(decode_fields[0]), &config->decode);
}
