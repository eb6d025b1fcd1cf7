// SPDX-License-Identifier: BSD-3-Clause
// Tells a list's format by the first lines that say something.
//
//   csv, feodo  the first is their header
//   maltrail    its copyright line or a "# Reference:" comment; or domains, URLs or paths, and
//               most lines are one of these or address:port
//   plain       most lines are made like an address or address:port, and none like the above
//
// "Most" and not "all": one slip of the pen must show up as a rejected row of a known format, not
// as an unknown file.
#include "control/feed/domain.h"
#include "control/feed/reader.h"

#include <stdlib.h>
#include <string.h>

struct tally {
	bool maltrail_comment;
	unsigned addresses; // made like one, right or not
	unsigned trails;    // domains, URLs, paths
	unsigned others;
};

// A header of the native list may lack a column (its reader says which): two make it one.
static bool is_native_header(const char *line)
{
	static const char *const names[] = {"ip", "transport", "port", "level"};
	unsigned found = 0;
	while (*line) {
		size_t length = strcspn(line, ",");
		const char *name = line;
		size_t size = length;
		if (size >= 2 && name[0] == '"' && name[size - 1] == '"') {
			name++;
			size -= 2;
		}
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			found += strlen(names[i]) == size && memcmp(names[i], name, size) == 0;
		line += length + (line[length] == ',');
	}
	return found >= 2;
}

static bool is_feodo_header(const char *line)
{
	return strncmp(line, "\"first_seen_utc\",\"dst_ip\",", 26) == 0 ||
	       strncmp(line, "first_seen_utc,dst_ip,", 22) == 0;
}

static bool is_address_shaped(const char *line)
{
	// Without colons only digits and dots: cafe.de is a name.
	if (line[0] == '[' || strchr(line, ':') != strrchr(line, ':'))
		return line[strspn(line, "0123456789abcdefABCDEF.:[]")] == '\0';
	size_t v4 = strspn(line, "0123456789.");
	return memchr(line, '.', v4) &&
	       (line[v4] == '\0' || (line[v4] == ':' && !strchr(line + v4, '.')));
}

static void tally_line(struct tally *tally, char *line)
{
	char domain[DOMAIN_SIZE];
	// A comment may follow; any other second word makes it none of these.
	size_t word = strcspn(line, " \t");
	if (strspn(line + word, " \t") > 0 && strchr("#;", line[word + strspn(line + word, " \t")]))
		line[word] = '\0';
	if (is_address_shaped(line))
		tally->addresses++;
	else if (line[0] == '/' || strstr(line, "://") || domain_parse(line, domain))
		tally->trails++;
	else
		tally->others++;
}

static enum feed_format judge(const struct tally *tally)
{
	if (tally->maltrail_comment)
		return FEED_MALTRAIL;
	if (tally->others >= tally->addresses + tally->trails)
		return FEED_DETECT;
	return tally->trails > 0 ? FEED_MALTRAIL : FEED_PLAIN;
}

static void tally_comment(struct tally *tally, const char *line)
{
	if (strncmp(line, "# Reference:", 12) == 0 || strstr(line, "Maltrail developers"))
		tally->maltrail_comment = true;
}

enum feed_format reader_detect(const char *beginning, size_t size)
{
	enum feed_format format = FEED_DETECT;
	struct tally tally = {0};
	bool first = true;
	char *copy = strndup(beginning, size);
	if (!copy)
		return FEED_DETECT;
	for (char *rest = copy, *line; (line = strsep(&rest, "\n"));) {
		// The last line may be cut anywhere.
		if (!rest && size == LINE_SIZE_MAX)
			break;
		line[strcspn(line, "\r")] = '\0';
		line += strspn(line, " \t");
		if (line[0] == '#' || line[0] == ';') {
			tally_comment(&tally, line);
		} else if (line[0]) {
			if (first && is_native_header(line))
				format = FEED_CSV;
			else if (first && is_feodo_header(line))
				format = FEED_FEODO;
			if (format != FEED_DETECT)
				break;
			first = false;
			tally_line(&tally, line);
		}
	}
	free(copy);
	return format != FEED_DETECT ? format : judge(&tally);
}
