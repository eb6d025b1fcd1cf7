// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/list.h"

#include "config/transport.h"
#include "config/utc.h"
#include "control/feed/domain.h"
#include "control/policy.h"
#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/report/generation.h"
#include "control/report/overblock.h"

#include <string.h>

#define SHOW_LIMIT_DEFAULT 100

static json_t *count(size_t value)
{
	return json_integer((json_int_t)value);
}

// UTC seconds; null where the list does not say.
static json_t *seconds_json(int64_t seconds)
{
	char text[UTC_TEXT_SIZE];

	if (seconds <= 0)
		return json_null();
	utc_format((uint64_t)seconds * UTC_NS_PER_S, 0, text);
	return json_string(text);
}

json_t *feed_state_json(const struct feed_state *feed)
{
	json_t *reasons = json_object();

	for (enum feed_reason i = 0; reasons != NULL && i < FEED_REASON_COUNT; i++)
		if (feed->report.reasons[i] > 0)
			json_object_set_new(
				reasons, feed_reason_code(i), count(feed->report.reasons[i]));
	return json_pack("{s:s, s:s, s:s?, s:b, s:s?, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"name", feed->name, "path", feed->path, "format",
		feed->read ? feed_format_name(feed->report.format) : NULL, "healthy",
		feed->problem[0] == '\0', "problem",
		feed->problem[0] != '\0' ? feed->problem : NULL, "problem_since",
		time_json(feed->problem_since_ns), "indicators", count(feed->indicators), "loaded",
		time_json(feed->loaded_ns), "checked", time_json(feed->checked_ns), "accepted",
		count(feed->report.accepted), "rejected", count(feed->report.rejected),
		"quarantined", count(feed->report.quarantined), "reasons", reasons);
}

// What an indicator is and what it may do, without its sources.
static json_t *indicator_json(const struct indicator *indicator, const struct config *config)
{
	const struct policy_moment now =
		policy_moment(config, (int64_t)(utc_now_ns() / UTC_NS_PER_S));
	char address[ADDRESS_TEXT_SIZE];
	char protocol[4];

	if (indicator->is_domain)
		return json_pack("{s:s, s:i, s:i, s:s?, s:s?}", "domain", indicator->domain,
			"level", indicator->level, "confidence", indicator->confidence, "family",
			indicator->family, "sinkhole", indicator->sinkhole);
	address_format(&indicator->address, address);
	return json_pack("{s:s, s:o, s:s, s:i, s:i, s:s?, s:s?, s:s, s:s, s:o}", "address", address,
		"port", indicator->port != 0 ? json_integer(indicator->port) : json_null(),
		"transport", transport_name(indicator->transport, protocol), "level",
		indicator->level, "confidence", indicator->confidence, "family", indicator->family,
		"sinkhole", indicator->sinkhole, "max_action", action_name(indicator->max_action),
		"action", action_name((enum action)policy_ordinary(config, &now, indicator).action),
		"valid_until", seconds_json(indicator->valid_until_s));
}

static json_t *source_json(const struct indicator_source *source, const struct config *config)
{
	return json_pack("{s:s, s:o, s:i, s:i, s:s, s:o, s:o, s:o, s:s?, s:s?, s:s?, s:s?, s:s?, "
			 "s:s?}",
		"feed", config->feeds[source->feed].name, "line", count(source->line), "level",
		source->level, "confidence", source->confidence, "max_action",
		action_name(source->max_action), "first_seen", seconds_json(source->first_seen_s),
		"last_seen", seconds_json(source->last_seen_s), "valid_until",
		seconds_json(source->valid_until_s), "family", source->family, "country",
		source->country, "asn", source->asn, "source", source->source, "reference",
		source->reference, "domain", source->domain);
}

json_t *list_indicator_json(const struct indicator *indicator, const struct loader_view *lists,
	const struct config *config)
{
	const struct service_key key = {indicator->address, indicator->port, indicator->transport};
	json_t *object = indicator_json(indicator, config);
	json_t *sources = json_array();

	for (uint32_t i = 0; i < indicator->source_count; i++)
		json_array_append_new(sources, source_json(&indicator->sources[i], config));
	json_object_set_new(object, "sources", sources);
	if (!indicator->is_domain)
		json_object_set_new(
			object, "disarmed", disarmed_json(overblock_find(lists->overblock, &key)));
	return object;
}

static json_t *level_json(const struct indicator *indicator)
{
	return indicator == NULL ? json_null() : json_integer(indicator->level);
}

// Domains have no action: no packet is matched by them.
static json_t *action_json(const struct indicator *indicator, enum action action)
{
	if (indicator == NULL || indicator->is_domain)
		return json_null();
	return json_string(action_name(action));
}

static json_t *row_json(const struct difference_entry *entry, const struct config *config)
{
	const struct indicator *before = entry->before, *after = entry->after;
	json_t *row = indicator_json(after != NULL ? after : before, config);

	json_object_del(row, "level");
	json_object_del(row, "sinkhole");
	json_object_del(row, "action");
	json_object_set_new(row, "change",
		json_string(before == NULL  ? "added"
			    : after == NULL ? "removed"
					    : "changed"));
	json_object_set_new(row, "level_before", level_json(before));
	json_object_set_new(row, "level_after", level_json(after));
	json_object_set_new(row, "action_before", action_json(before, entry->action_before));
	json_object_set_new(row, "action_after", action_json(after, entry->action_after));
	json_object_set_new(row, "newly_enforced", json_boolean(entry->newly_enforced));
	return row;
}

static json_t *difference_json(const struct difference *difference, const struct config *config)
{
	static const struct difference none;
	const struct difference *shown = difference == NULL ? &none : difference;
	const size_t differing = shown->added + shown->removed + shown->changed;
	json_t *rows = json_array();

	for (size_t i = 0; i < shown->entry_count; i++)
		json_array_append_new(rows, row_json(&shown->entries[i], config));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "added", count(shown->added), "removed",
		count(shown->removed), "changed", count(shown->changed), "newly_enforced",
		count(shown->newly_enforced), "rows", rows, "more", differing > shown->entry_count);
}

// Why the data plane does not use it yet; null if it does.
static json_t *delivery_json(const struct loader_answer *answer)
{
	if (answer->delivered)
		return json_null();
	if (answer->problem[0] != '\0')
		return json_string(answer->problem);
	if (answer->generation.header_size == 0)
		return json_string("no feed has any rows: there is nothing to hand over");
	return json_string("no data plane: it is handed over once there is one");
}

json_t *list_answer_json(const struct loader_answer *answer, const struct config *config)
{
	json_t *feeds, *object, *difference;

	if (answer->error[0] != '\0')
		return error_json("%s", answer->error);
	feeds = json_array();
	for (size_t i = 0; i < answer->feed_count; i++)
		json_array_append_new(feeds, feed_state_json(&answer->feeds[i]));
	difference = difference_json(answer->difference, config);
	if (answer->task == LOADER_DIFF) {
		json_object_set_new(difference, "feeds", feeds);
		return difference;
	}
	object = json_pack("{s:o, s:o, s:b, s:b, s:o, s:o}", "feeds", feeds, "generation",
		generation_json(&answer->generation, 0), "changed", answer->renewed, "delivered",
		answer->delivered, "problem", delivery_json(answer), "difference", difference);
	return object;
}

static json_t *show_address(const struct loader_view *lists, const struct address *address,
	json_int_t port, const struct config *config)
{
	const struct catalogue *catalogue = lists->catalogue;
	const size_t indicators = catalogue_count(catalogue);
	json_t *shown = json_array();

	for (size_t i = catalogue_find_address(catalogue, address); i < indicators; i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);

		if (indicator->is_domain || address_compare(&indicator->address, address) != 0)
			break;
		if (port == 0 || indicator->port == 0 || indicator->port == port)
			json_array_append_new(shown, list_indicator_json(indicator, lists, config));
	}
	return json_pack("{s:o, s:o}", "total", count(json_array_size(shown)), "indicators", shown);
}

static json_t *show_page(const struct loader_view *lists, json_int_t offset, json_int_t limit,
	const struct config *config)
{
	const struct catalogue *catalogue = lists->catalogue;
	const size_t indicators = catalogue_count(catalogue);
	json_t *shown = json_array();

	for (size_t i = (size_t)offset; i < indicators && i < (size_t)(offset + limit); i++)
		json_array_append_new(
			shown, list_indicator_json(catalogue_at(catalogue, i), lists, config));
	return json_pack("{s:o, s:o}", "total", count(indicators), "indicators", shown);
}

static bool is_value(const char *value, const char *wanted)
{
	return wanted == NULL || strcmp(value, wanted) == 0;
}

static json_t *quarantined_json(const struct quarantined *row, const struct config *config)
{
	return json_pack("{s:s, s:I, s:s, s:s, s:s}", "feed", config->feeds[row->feed].name, "line",
		(json_int_t)row->line, "value", row->value, "reason", feed_reason_code(row->reason),
		"protected_by", row->protected_by);
}

json_t *list_quarantined_json(const struct quarantine *quarantine, const char *wanted,
	json_int_t offset, json_int_t limit, const struct config *config)
{
	const size_t rows = quarantine_count(quarantine);
	json_t *shown = json_array();
	size_t total = 0;

	for (size_t i = 0; i < rows; i++) {
		const struct quarantined *row = quarantine_at(quarantine, i);

		if (!is_value(row->value, wanted))
			continue;
		if (total >= (size_t)offset && total < (size_t)(offset + limit))
			json_array_append_new(shown, quarantined_json(row, config));
		total++;
	}
	return json_pack("{s:o, s:o, s:o}", "total", count(total), "left_off",
		count(quarantine_left_off(quarantine)), "quarantined", shown);
}

// As the rows have it. false: neither an address nor a domain.
static bool normalize_value(const char *text, char value[DOMAIN_SIZE])
{
	struct address address;

	if (!address_parse(text, strlen(text), &address))
		return domain_parse(text, value);
	address_format(&address, value);
	return true;
}

static json_t *quarantine_show_json(
	const struct control *control, const char *text, json_int_t offset, json_int_t limit)
{
	char value[DOMAIN_SIZE];
	struct loader_view *lists;
	json_t *shown;

	if (text != NULL && !normalize_value(text, value))
		return error_json("list-show: \"%s\" is no address or domain", text);
	lists = loader_view(control->loader);
	if (lists->catalogue == NULL)
		shown = error_json("no list is loaded");
	else
		shown = list_quarantined_json(catalogue_withheld(lists->catalogue),
			text != NULL ? value : NULL, offset, limit, control->config);
	loader_view_release(lists);
	return shown;
}

json_t *list_show_json(const struct control *control, const json_t *request)
{
	const char *text = NULL;
	json_int_t port = 0, limit = SHOW_LIMIT_DEFAULT, offset = 0;
	struct loader_view *lists;
	struct address address;
	json_error_t error;
	int quarantined = 0;
	json_t *shown;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s?s, s?I, s?I, s?I, s?b}", "address",
		    &text, "port", &port, "limit", &limit, "offset", &offset, "quarantined",
		    &quarantined) < 0)
		return error_json("list-show: %s", error.text);
	if (text != NULL && !quarantined && !address_parse(text, strlen(text), &address))
		return error_json("list-show: \"%s\" is no address", text);
	if (port < 0 || port > UINT16_MAX)
		return error_json("list-show: port %lld is not in 1..65535", (long long)port);
	if (limit < 1 || limit > LIST_SHOW_LIMIT_MAX || offset < 0 || offset > UINT32_MAX)
		return error_json("list-show: limit is not in 1..%d, or offset is not in 0..%u",
			LIST_SHOW_LIMIT_MAX, UINT32_MAX);
	if (quarantined)
		return quarantine_show_json(control, text, offset, limit);
	lists = loader_view(control->loader);
	if (lists->catalogue == NULL)
		shown = error_json("no list is loaded");
	else if (text != NULL)
		shown = show_address(lists, &address, port, control->config);
	else
		shown = show_page(lists, offset, limit, control->config);
	loader_view_release(lists);
	return shown;
}
