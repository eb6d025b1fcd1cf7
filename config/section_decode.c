// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <string.h>

// Nothing that an ISP's edge carries nests deeper, and each level costs time that a flood can
// claim.
#define DEPTH_MAX 8

// A worker's memory of fragments takes about 170 bytes for each.
#define FRAGMENT_LIMIT_MIN 64
#define FRAGMENT_LIMIT_MAX 4194304

#define FRAGMENT_TIMEOUT_MIN_MS 100
#define FRAGMENT_TIMEOUT_MAX_MS 120000

#define MEMBER(member) .offset = offsetof(struct config_decode, member)

static bool match_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"inner\" or \"all\"";
	const char *text = setting_text(source, setting, right);
	enum config_match *match = target;

	if (!text)
		return false;
	if (strcmp(text, "inner") == 0)
		*match = CONFIG_MATCH_INNER;
	else if (strcmp(text, "all") == 0)
		*match = CONFIG_MATCH_ALL;
	else
		return setting_wrong(source, setting, "unknown match", "%s", right);
	return true;
}

static const struct setting_field decode_fields[] = {
	{"depth", SETTING_U8, .minimum = 1, .maximum = DEPTH_MAX, MEMBER(depth)},
	{"match", SETTING_SECTION, .read = match_read, MEMBER(match)},
	{"fragment_limit", SETTING_U32, .minimum = FRAGMENT_LIMIT_MIN,
		.maximum = FRAGMENT_LIMIT_MAX, MEMBER(fragment_limit)},
	{"fragment_timeout_ms", SETTING_U32, .minimum = FRAGMENT_TIMEOUT_MIN_MS,
		.maximum = FRAGMENT_TIMEOUT_MAX_MS, MEMBER(fragment_timeout_ms)},
	{"undecoded_limit", SETTING_U8, .minimum = 1, .maximum = 100, MEMBER(undecoded_limit)},
};

bool section_decode_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;

	return setting_read_group(source, setting, decode_fields,
		sizeof(decode_fields) / sizeof(decode_fields[0]), &config->decode);
}
