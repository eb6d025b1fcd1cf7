// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/radius.h"

#include "config/config.h"
#include "control/monotonic.h"
#include "control/radius/server.h"

#include <inttypes.h>
#include <stdio.h>

#define LATELY_NS UINT64_C(60000000000)

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *accepted_json(const struct radius_view *view)
{
	json_t *object = json_object();

	for (enum radius_accepted i = 0; i < RADIUS_ACCEPTED_COUNT; i++)
		json_object_set_new(object, radius_accepted_name(i), number(view->accepted[i]));
	return object;
}

static json_t *refused_json(const struct radius_view *view)
{
	json_t *object = json_object();

	for (enum radius_reason i = RADIUS_NO_REASON + 1; i < RADIUS_REASON_COUNT; i++)
		json_object_set_new(object, radius_reasons[i].name, number(view->refused[i].count));
	return object;
}

static json_t *listening_json(const struct config_radius *radius)
{
	json_t *array = json_array();

	for (size_t i = 0; i < radius->listen_count; i++)
		json_array_append_new(array, json_string(radius->listen[i].text));
	return array;
}

json_t *radius_json(const struct control *control)
{
	struct binding_totals totals;
	struct radius_view view;

	if (control->radius == NULL)
		return json_null();
	radius_server_look(control->radius, &view);
	if (store_bindings_count(control->store, &totals) < 0)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "listening",
		listening_json(&control->config->radius), "accepted", accepted_json(&view),
		"duplicates", number(view.duplicates), "refused", refused_json(&view), "lost",
		number(view.lost), "bindings_open", number(totals.open), "bindings",
		number(totals.stored), "sessions", number(totals.sessions), "bindings_evicted",
		number(view.evicted));
}

void radius_problems(const struct control *control, json_t *problems)
{
	// What a person has to put right here or at the NAS; a replay or a damaged packet now and
	// then is not.
	static const struct {
		enum radius_reason reason;
		const char *what;
	} cases[] = {
		{RADIUS_UNKNOWN_CLIENT, "not answered, because it is none of radius.clients"},
		{RADIUS_BAD_AUTHENTICATOR,
			"not answered, because it has another secret than its secret_file"},
		{RADIUS_BAD_MESSAGE_AUTHENTICATOR,
			"not answered, because it has another secret than its secret_file"},
	};
	const uint64_t now_ns = monotonic_ns();
	struct radius_view view;
	char text[768], source[ADDRESS_TEXT_SIZE];

	if (control->radius == NULL)
		return;
	radius_server_look(control->radius, &view);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct radius_refusal *refusal = &view.refused[cases[i].reason];

		if (refusal->last_ns == 0 || now_ns - refusal->last_ns > LATELY_NS)
			continue;
		address_format(&refusal->last_source, source);
		snprintf(text, sizeof(text),
			"radius: %s was lately %s (%" PRIu64 " such requests in all)", source,
			cases[i].what, refusal->count);
		json_array_append_new(problems, json_string(text));
	}
	if (view.store_problem[0] != '\0') {
		snprintf(text, sizeof(text), "radius: accounting cannot be stored: %s",
			view.store_problem);
		json_array_append_new(problems, json_string(text));
	}
}
