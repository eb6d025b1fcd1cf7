// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/header.h"

#include <string.h>

int header_find(char *const fields[], int count, const char *name)
{
	int found = HEADER_ABSENT;
	for (int i = 0; i < count; i++) {
		if (strcmp(fields[i], name) != 0)
			continue;
		if (found != HEADER_ABSENT)
			return HEADER_TWICE;
		found = i;
	}
	return found;
}

int header_in_comment(const struct reader *reader, const struct record_dialect *dialect,
	const char *first, char *fields[RECORD_FIELDS_MAX])
{
	struct line line;
	int status;
	while ((status = reader_next(reader, "", &line)) > 0 && line.text[0] == '#') {
		int count = record_split_as(
			line.text + 1 + strspn(line.text + 1, " \t"), dialect, fields);
		if (count > 0 && strcmp(fields[0], first) == 0)
			return count;
	}
	return status < 0 ? -1 : 0;
}
