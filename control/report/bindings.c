// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/bindings.h"

#include "config/utc.h"
#include "control/feed/timestamp.h"
#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/report/filter.h"
#include "control/store/bindings.h"

#define LIMIT_DEFAULT 1000

// null: not said.
static json_t *said(const char *text)
{
	return text[0] != '\0' ? json_string(text) : json_null();
}

static void append_binding(void *context, const struct binding *binding)
{
	json_array_append_new(context,
		json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "prefix",
			prefix_json(&binding->prefix), "subscriber", said(binding->subscriber),
			"start", time_json(binding->start_ns), "end", time_json(binding->end_ns),
			"last_heard", time_json(binding->heard_ns), "nas", said(binding->nas),
			"session", said(binding->session), "calling_station",
			said(binding->calling_station), "nas_port", said(binding->nas_port)));
}

// Unlike in lists, any of the forms will do: a person types it, and sees what it was taken for.
static bool parse_time(const char *text, uint64_t *at_ns)
{
	int64_t seconds;

	if (!timestamp_parse(text, &seconds) && !timestamp_parse_spaced(text, &seconds) &&
		!timestamp_parse_date(text, &seconds))
		return false;
	*at_ns = (uint64_t)seconds * UTC_NS_PER_S;
	return true;
}

static int find(struct store *store, const struct address *address, uint64_t at_ns, json_t *rows)
{
	struct binding binding;
	const int found = store_binding_find(store, address, at_ns, &binding);

	if (found == 1)
		append_binding(rows, &binding);
	return found;
}

json_t *bindings_json(const struct control *control, const json_t *request)
{
	const char *text = NULL, *at = NULL, *subscriber = NULL;
	json_int_t limit = LIMIT_DEFAULT;
	struct binding_filter filter;
	struct address address;
	json_error_t error;
	uint64_t at_ns = 0;
	json_t *rows;
	int result;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s?s, s?s, s?s, s?I}", "address", &text,
		    "at", &at, "subscriber", &subscriber, "limit", &limit) < 0)
		return error_json("bindings: %s", error.text);
	if (limit < 1 || limit > REPORT_LIMIT_MAX)
		return error_json(
			"bindings: limit %lld is not in 1..%d", (long long)limit, REPORT_LIMIT_MAX);
	if (text != NULL && !address_parse(text, strlen(text), &address))
		return error_json("bindings: \"%.128s\" is no address", text);
	if (at != NULL && text == NULL)
		return error_json("bindings: a time asks for an address, and there is none");
	if (at != NULL && !parse_time(at, &at_ns))
		return error_json("bindings: \"%.128s\" is no time; write it in UTC, such as "
				  "2026-11-22T06:30:00Z",
			at);
	rows = json_array();
	filter = (struct binding_filter){.subscriber = subscriber,
		.within = text != NULL ? &address : NULL,
		.limit = (uint32_t)limit};
	result = at != NULL ? find(control->store, &address, at_ns, rows)
			    : store_bindings_list(control->store, &filter, append_binding, rows);
	if (result < 0) {
		json_decref(rows);
		return error_json("%s", store_error(control->store));
	}
	return json_pack("{s:o, s:o}", "at", time_json(at_ns), "bindings", rows);
}
