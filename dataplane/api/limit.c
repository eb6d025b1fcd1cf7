// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/api/limit.h"

static const struct {
	const char *name, *unit;
} limits[LIMIT_COUNT] = {
	[LIMIT_NONE] = {"none", ""},
	[LIMIT_SUBSCRIBERS] = {"subscribers", "subscribers"},
	[LIMIT_SUBSCRIBER_SHARE] = {"subscriber_share", "subscribers"},
	[LIMIT_SHARE] = {"share", "per mille of the link's packets"},
	[LIMIT_PACKETS] = {"packets", "packets a second"},
	[LIMIT_NEW_SUBSCRIBERS] = {"new_subscribers", "subscribers of all new entries"},
};

const char *limit_name(uint8_t limit)
{
	return limit < LIMIT_COUNT ? limits[limit].name : "?";
}

const char *limit_unit(uint8_t limit)
{
	return limit < LIMIT_COUNT ? limits[limit].unit : "?";
}
