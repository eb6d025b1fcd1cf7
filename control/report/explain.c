// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/explain.h"

#include "config/transport.h"
#include "config/utc.h"
#include "control/loader.h"
#include "control/policy.h"
#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/report/list.h"
#include "control/report/subject.h"

#include <stdlib.h>
#include <string.h>

// Of one address: more than any list has ports for.
#define INDICATORS_MAX  1024
#define QUARANTINED_MAX 100

struct question {
	const struct config *config;
	struct address address;
	uint16_t port;     // 0: not said
	uint8_t transport; // TRANSPORT_ANY: not said
	struct subject subject;
	enum mode mode;
	struct policy_moment moment;
};

static const char *cap_name(enum policy_cap cap)
{
	static const char *const names[] = {
		[POLICY_CAP_OPT_OUT] = "opt-out",
		[POLICY_CAP_EXEMPT] = "exempt",
		[POLICY_CAP_CONSENT] = "consent",
		[POLICY_CAP_ANY_PORT] = "any-port",
		[POLICY_CAP_LEVEL] = "level",
		[POLICY_CAP_MAX_ACTION] = "max_action",
	};

	return names[cap];
}

static json_t *case_json(const struct question *question, const struct policy_reach *reach,
	enum evidence evidence, bool disarmed)
{
	const struct policy_case found =
		policy_case(question->config, reach, evidence, question->subject.flags);
	const struct config_policy_entry *entry =
		found.entry < 0 ? NULL : &question->config->policy.entries[found.entry];
	const enum mode least =
		found.cell.mode < question->mode ? (enum mode)found.cell.mode : question->mode;
	const enum mode mode = least == MODE_ENFORCE && question->subject.group == COHORT_CONTROL
				       ? MODE_SHADOW
				       : least;
	const enum action action = (enum action)found.cell.action;
	const enum action verdict = mode == MODE_ALERT || disarmed ? ACTION_ALERT : action;
	const bool opted_out = question->subject.flags & SUBSCRIBER_FLAG_OPT_OUT;

	return json_pack("{s:s, s:o, s:s?, s:s, s:s?, s:s, s:s, s:s?, s:b}", "evidence",
		evidence_name(evidence), "entry",
		entry == NULL ? json_null() : json_integer(found.entry + 1), "name",
		entry == NULL || entry->name[0] == '\0' ? NULL : entry->name, "wanted",
		action_name(found.wanted), "cap", cap_name(found.cap), "action",
		action_name(action), "mode", mode_name((enum mode)found.cell.mode), "verdict",
		opted_out ? NULL : action_name(verdict), "applied",
		verdict != ACTION_ALERT && mode == MODE_ENFORCE);
}

// The order in which the data plane asks: generation_layout.h.
static int compare_indicators(const void *left, const void *right)
{
	const struct indicator *a = *(const struct indicator *const *)left;
	const struct indicator *b = *(const struct indicator *const *)right;
	int order = b->level - a->level;

	if (order == 0)
		order = (a->port == 0) - (b->port == 0);
	if (order == 0)
		order = (a->transport == TRANSPORT_ANY) - (b->transport == TRANSPORT_ANY);
	if (order == 0)
		order = a->port - b->port;
	return order != 0 ? order : a->transport - b->transport;
}

static bool fits(const struct question *question, const struct indicator *indicator)
{
	return (question->port == 0 || indicator->port == 0 || indicator->port == question->port) &&
	       (question->transport == TRANSPORT_ANY || indicator->transport == TRANSPORT_ANY ||
		       indicator->transport == question->transport);
}

// For which of the transports that are asked about, and not decided yet, this indicator decides.
static json_t *decides_json(
	const struct question *question, const struct indicator *indicator, bool decided[2])
{
	static const uint8_t transports[2] = {TRANSPORT_TCP, TRANSPORT_UDP};
	json_t *names = json_array();
	char protocol[4];

	for (size_t i = 0; i < 2 && question->port != 0; i++) {
		if (decided[i] || (question->transport != TRANSPORT_ANY &&
					  question->transport != transports[i]))
			continue;
		if (indicator->transport != TRANSPORT_ANY && indicator->transport != transports[i])
			continue;
		decided[i] = true;
		json_array_append_new(names, json_string(transport_name(transports[i], protocol)));
	}
	return names;
}

static json_t *explained_json(const struct question *question, const struct loader_view *lists,
	const struct indicator *indicator, bool decided[2])
{
	const struct service_key key = {indicator->address, indicator->port, indicator->transport};
	const bool disarmed = overblock_find(lists->overblock, &key) != NULL;
	const struct policy_reach reach =
		policy_reach(question->config, &question->moment, indicator);
	json_t *object = list_indicator_json(indicator, lists, question->config);
	json_t *cases = json_array();

	for (enum evidence evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		json_array_append_new(cases, case_json(question, &reach, evidence, disarmed));
	json_object_set_new(object, "decides", decides_json(question, indicator, decided));
	json_object_set_new(object, "cases", cases);
	return object;
}

// All of the address that fit; `*others`: there are some that do not.
static json_t *indicators_json(
	const struct question *question, const struct loader_view *lists, bool *others)
{
	const struct catalogue *catalogue = lists->catalogue;
	const struct indicator *found[INDICATORS_MAX];
	size_t i = catalogue_find_address(catalogue, &question->address), count = 0;
	bool decided[2] = {false};
	json_t *shown = json_array();

	for (; i < catalogue_count(catalogue) && count < INDICATORS_MAX; i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);

		if (indicator->is_domain ||
			address_compare(&indicator->address, &question->address) != 0)
			break;
		if (fits(question, indicator))
			found[count++] = indicator;
		else
			*others = true;
	}
	qsort(found, count, sizeof(const struct indicator *), compare_indicators);
	for (i = 0; i < count; i++)
		json_array_append_new(shown, explained_json(question, lists, found[i], decided));
	*others = *others && count == 0;
	return shown;
}

static json_t *answer(const struct question *question, const struct loader_view *lists)
{
	const struct quarantine *withheld = catalogue_withheld(lists->catalogue);
	char address[ADDRESS_TEXT_SIZE], protocol[4];
	json_t *quarantined, *indicators, *object;
	bool others = false;

	address_format(&question->address, address);
	quarantined =
		list_quarantined_json(withheld, address, 0, QUARANTINED_MAX, question->config);
	indicators = indicators_json(question, lists, &others);
	object = json_pack("{s:s, s:o, s:s?, s:s, s:s?, s:b, s:O, s:O, s:I, s:o}", "address",
		address, "port", question->port != 0 ? json_integer(question->port) : json_null(),
		"transport",
		question->transport == TRANSPORT_ANY
			? NULL
			: transport_name(question->transport, protocol),
		"mode", mode_name(question->mode), "trial",
		question->subject.trial[0] != '\0' ? question->subject.trial : NULL, "other_ports",
		others, "subscriber", question->subject.json, "quarantined",
		json_object_get(quarantined, "quarantined"), "quarantined_left_off",
		(json_int_t)quarantine_left_off(withheld), "indicators", indicators);
	json_decref(quarantined);
	return object;
}

// NULL: understood.
static json_t *read_question(
	struct question *question, const json_t *request, const char **subscriber)
{
	const char *command, *text = NULL, *transport = NULL;
	json_int_t port = 0;
	json_error_t error;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s:s, s:s, s?I, s?s, s?s !}", "command",
		    &command, "address", &text, "port", &port, "transport", &transport,
		    "subscriber", subscriber) < 0)
		return error_json("policy-explain: %s", error.text);
	if (!address_parse(text, strlen(text), &question->address))
		return error_json("policy-explain: \"%.128s\" is no address", text);
	if (port < 0 || port > UINT16_MAX)
		return error_json("policy-explain: port %lld is not in 1..65535", (long long)port);
	question->port = (uint16_t)port;
	if (transport != NULL && strcmp(transport, "tcp") == 0)
		question->transport = TRANSPORT_TCP;
	else if (transport != NULL && strcmp(transport, "udp") == 0)
		question->transport = TRANSPORT_UDP;
	else if (transport != NULL)
		return error_json(
			"policy-explain: transport \"%.128s\" is neither tcp nor udp", transport);
	return NULL;
}

json_t *policy_explain_json(const struct control *control, enum mode mode, const json_t *request)
{
	struct question question = {.config = control->config, .transport = TRANSPORT_ANY};
	const char *subscriber = NULL;
	struct loader_view *lists;
	json_t *shown = read_question(&question, request, &subscriber);

	if (shown != NULL)
		return shown;
	question.mode = mode;
	question.moment = policy_moment(control->config, (int64_t)(utc_now_ns() / UTC_NS_PER_S));
	lists = loader_view(control->loader);
	if (lists->catalogue == NULL)
		shown = error_json("no list is loaded");
	else if (subject_find(&question.subject, control, lists->identity, subscriber) < 0)
		shown = error_json("%s", store_error(control->store));
	else
		shown = answer(&question, lists);
	json_decref(question.subject.json);
	loader_view_release(lists);
	return shown;
}
