// SPDX-License-Identifier: BSD-3-Clause
// Tells a list's format by the first lines that say something.
//
//   JSON        see detect_json.c
//   csv, feodo  the first is their header
//   threatfox, sslbl, zeek-intel
//               a comment is their header
//   maltrail    its copyright line or a "# Reference:" comment; or domains, URLs or paths, and
//               most lines are one of these or address:port
//   iprep       most lines are made like address,category,score
//   drop        its name in a comment; or most lines are networks with a Spamhaus number
//   plain       most lines are made like an address or address:port, and none like the above
//
// A delimited table is never recognised: what its columns mean only a person can say.
//
// "Most" and not "all": one slip of the pen must show up as a rejected row of a known format, not
// as an unknown file.
#include "control/feed/domain.h"
#include "control/feed/reader.h"

#include <stdlib.h>
#include <string.h>

struct tally {
	enum feed_format comment; // what a comment says; FEED_DETECT: nothing
	unsigned addresses;       // made like one, right or not
	unsigned trails;          // domains, URLs, paths
	unsigned reputations;
	unsigned networks;
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
		return strchr(line, ':') &&
		       line[strspn(line, "0123456789abcdefABCDEF.:[]")] == '\0';
	size_t v4 = strspn(line, "0123456789.");
	return memchr(line, '.', v4) &&
	       (line[v4] == '\0' || (line[v4] == ':' && !strchr(line + v4, '.')));
}

// "address,category,score", with "/bits" behind the address.
static bool is_reputation_shaped(const char *line)
{
	size_t address = strspn(line, "0123456789abcdefABCDEF.:/");
	const char *category = line + address + 1;
	if (address == 0 || line[address] != ',')
		return false;
	size_t digits = strspn(category, "0123456789");
	const char *score = category + digits + 1;
	return digits > 0 && category[digits] == ',' && score[0] &&
	       score[strspn(score, "0123456789")] == '\0';
}

// "192.0.2.0/24 ; SBL1".
static bool is_drop_shaped(const char *line)
{
	size_t network = strspn(line, "0123456789abcdefABCDEF.:/");
	return memchr(line, '/', network) && strncmp(line + network, " ; SBL", 6) == 0;
}

static void tally_line(struct tally *tally, char *line)
{
	char domain[DOMAIN_SIZE];
	if (is_reputation_shaped(line)) {
		tally->reputations++;
		return;
	}
	if (is_drop_shaped(line)) {
		tally->networks++;
		return;
	}
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
	unsigned known = tally->addresses + tally->trails;
	if (tally->comment != FEED_DETECT)
		return tally->comment;
	if (tally->reputations > known + tally->networks + tally->others)
		return FEED_IPREP;
	if (tally->networks > known + tally->reputations + tally->others)
		return FEED_DROP;
	if (tally->others + tally->reputations + tally->networks >= known)
		return FEED_DETECT;
	return tally->trails > 0 ? FEED_MALTRAIL : FEED_PLAIN;
}

static void tally_comment(struct tally *tally, const char *line)
{
	static const struct {
		const char *beginning; // of the comment, behind its `#` or `;` and blanks
		enum feed_format format;
	} comments[] = {{"Reference:", FEED_MALTRAIL},
		{"\"first_seen_utc\",\"ioc_id\"", FEED_THREATFOX},
		{"Firstseen,DstIP,DstPort", FEED_SSLBL}, {"fields\tindicator\t", FEED_ZEEK_INTEL},
		{"Spamhaus DROP", FEED_DROP}, {"Spamhaus EDROP", FEED_DROP}};
	const char *text = line + 1 + strspn(line + 1, " ");
	if (tally->comment != FEED_DETECT)
		return;
	if (strstr(line, "Maltrail developers"))
		tally->comment = FEED_MALTRAIL;
	for (size_t i = 0; i < sizeof(comments) / sizeof(*comments); i++)
		if (strncmp(text, comments[i].beginning, strlen(comments[i].beginning)) == 0)
			tally->comment = comments[i].format;
}

enum feed_format reader_detect(const char *beginning, size_t size)
{
	enum feed_format format = reader_detect_json(beginning, size);
	struct tally tally = {0};
	bool first = true;
	if (format != FEED_DETECT)
		return format;
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
