// SPDX-License-Identifier: BSD-3-Clause
// Tells a JSON list's format by the names that occur near its beginning: each of these has one that
// no other has. An empty array could be any list, so it is none.
#include "control/feed/reader.h"

#include <string.h>

static const struct {
	char opening; // the first character
	const char *name;
	enum feed_format format;
} marks[] = {
	{'{', "\"query_status\"", FEED_THREATFOX_JSON},
	{'{', "\"ioc_value\"", FEED_THREATFOX_JSON},
	{'{', "\"sblid\"", FEED_DROP},
	{'[', "\"ip_address\"", FEED_FEODO_JSON},
};

enum feed_format reader_detect_json(const char *beginning, size_t size)
{
	size_t at = 0;
	while (at < size && strchr(" \t\r\n", beginning[at]) && beginning[at])
		at++;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (at < size && beginning[at] == marks[i].opening &&
			memmem(beginning + at, size - at, marks[i].name, strlen(marks[i].name)))
			return marks[i].format;
	return FEED_DETECT;
}
