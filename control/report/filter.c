// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/filter.h"

#include "config/utc.h"
#include "control/feed/timestamp.h"
#include "control/report/error.h"
#include "control/subscriber/key_prefix.h"

#include <string.h>

// A slip in a prefix must not become the name of somebody nobody knows.
static bool is_misspelt(const char *text)
{
	const char *slash = strchr(text, '/');
	struct address address;

	return slash != NULL && slash[1 + strspn(slash + 1, "0123456789")] == '\0' &&
	       address_parse(text, (size_t)(slash - text), &address);
}

static json_t *read_subscriber(struct report_filter *filter, const char *command, const char *text,
	const struct config *config)
{
	struct prefix asked;

	if (text == NULL)
		return NULL;
	if (*text == '\0')
		return error_json("%s: subscriber \"\" is nobody's name", command);
	filter->filter.subscriber = text;
	if (prefix_parse(text, strlen(text), &asked)) {
		filter->within = key_prefix(&config->subscribers, &asked);
		filter->filter.within = &filter->within;
	} else if (is_misspelt(text)) {
		return error_json("%s: subscriber \"%s\" is no prefix; the bits behind its length "
				  "must be zero",
			command, text);
	}
	return NULL;
}

static json_t *read_time(
	const char *command, const char *name, const char *text, bool end, uint64_t *ns)
{
	int64_t seconds;

	if (text == NULL)
		return NULL;
	if (!timestamp_parse(text, &seconds) || seconds > INT64_MAX / (int64_t)UTC_NS_PER_S - 1)
		return error_json(
			"%s: %s \"%s\" is no time; 2026-11-22T06:30:00Z is", command, name, text);
	*ns = (uint64_t)seconds * UTC_NS_PER_S + (end ? UTC_NS_PER_S - 1 : 0);
	return NULL;
}

static json_t *read_evidence(const char *command, const char *text, enum evidence *evidence)
{
	if (text == NULL)
		return NULL;
	for (*evidence = 0; *evidence < EVIDENCE_COUNT; (*evidence)++)
		if (strcmp(text, evidence_name(*evidence)) == 0)
			return NULL;
	return error_json(
		"%s: evidence \"%s\" is none of unsolicited, attempted, answered, conversed",
		command, text);
}

json_t *filter_read(struct report_filter *filter, const char *command, const json_t *request,
	const struct config *config)
{
	const char *name, *subscriber = NULL, *since = NULL, *until = NULL, *evidence = NULL;
	struct contact_filter *wanted = &filter->filter;
	json_int_t limit = REPORT_LIMIT_DEFAULT;
	json_error_t error;
	json_t *refused;

	*filter = (struct report_filter){.filter.evidence = EVIDENCE_ATTEMPTED};
	if (json_unpack_ex((json_t *)request, &error, 0, "{s:s, s?s, s?s, s?s, s?s, s?s, s?I !}",
		    "command", &name, "subscriber", &subscriber, "since", &since, "until", &until,
		    "family", &wanted->family, "evidence", &evidence, "limit", &limit) < 0)
		return error_json("%s: %s", command, error.text);
	if (limit < 1 || limit > REPORT_LIMIT_MAX)
		return error_json("%s: limit %lld is not in 1..%d", command, (long long)limit,
			REPORT_LIMIT_MAX);
	wanted->limit = (uint32_t)limit;
	refused = read_subscriber(filter, command, subscriber, config);
	if (refused == NULL)
		refused = read_time(command, "since", since, false, &wanted->since_ns);
	if (refused == NULL)
		refused = read_time(command, "until", until, true, &wanted->until_ns);
	if (refused == NULL)
		refused = read_evidence(command, evidence, &wanted->evidence);
	if (refused == NULL && until != NULL && wanted->until_ns < wanted->since_ns)
		refused = error_json(
			"%s: until \"%s\" is before since \"%s\"", command, until, since);
	return refused;
}
