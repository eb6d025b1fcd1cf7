// SPDX-License-Identifier: BSD-3-Clause
#include "control/list.h"

#include "control/feed/text.h"

#include <stdio.h>

#define VALUE_SIZE 256

struct load {
	const char *path;
	const struct list_options *options;
	const struct guard *guard;
	struct catalogue *catalogue;
	struct list_report *report;
	bool out_of_memory;
};

bool list_feed_options(const struct config_feed *feed, struct feed_options *options)
{
	*options = (struct feed_options){
		.format = FEED_DETECT,
		.level = feed->level,
		.categories = feed->categories,
	};
	if (feed->format && !feed_format_parse(feed->format, &options->format))
		return false;
	// A list of the command line has no table.
	if (feed->table.columns[LIST_IP] || feed->table.columns[LIST_DOMAIN])
		options->table = &feed->table;
	return true;
}

bool list_quarantines(enum feed_reason reason)
{
	return reason == FEED_SPECIAL_USE || reason == FEED_OWN_PREFIX ||
	       reason == FEED_NEVER_BLOCK || reason == FEED_COMPROMISED;
}

bool list_expects(enum feed_reason reason)
{
	return reason == FEED_NOT_ENDPOINT || reason == FEED_NOT_CC;
}

static void load_withhold(struct load *load, uint32_t line, enum feed_reason reason,
	const char *value, const char *protected_by)
{
	struct quarantined row = {load->options->number, line, reason, value, protected_by};
	if (!load->out_of_memory)
		load->out_of_memory = !quarantine_add(catalogue_quarantine(load->catalogue), &row);
}

static void load_refuse(struct load *load, uint32_t line, enum feed_reason reason, const char *text,
	const char *protected_by)
{
	char value[VALUE_SIZE];
	struct list_report *report = load->report;
	report->reasons[reason]++;
	text_show(text, value, sizeof(value));
	if (list_quarantines(reason)) {
		report->quarantined++;
		load_withhold(load, line, reason, value, protected_by);
	} else {
		report->rejected++;
	}
	if (!load->options->refused)
		return;
	struct list_refusal refusal = {load->path, line, reason, value, protected_by};
	load->options->refused(load->options->context, &refusal);
}

static void load_reject(void *context, uint32_t line, enum feed_reason reason, const char *text)
{
	// A row that a reader withholds is protected by what its own list says of it.
	load_refuse(
		context, line, reason, text, list_quarantines(reason) ? "the list itself" : NULL);
}

static bool may_load(const struct load *load, const struct feed_row *row, enum feed_reason *reason,
	char protected_by[GUARD_TEXT_SIZE])
{
	protected_by[0] = '\0';
	if (load->guard && row->is_domain &&
		!guard_allows_domain(load->guard, row->domain, reason, protected_by))
		return false;
	if (load->guard && !row->is_domain &&
		!guard_allows(load->guard, &row->address, reason, protected_by))
		return false;
	int64_t now_s = load->options->now_s;
	*reason = FEED_EXPIRED;
	return now_s == 0 || row->valid_until_s == 0 || row->valid_until_s > now_s;
}

static const char *told_sinkhole(
	const struct guard *guard, const struct feed_row *row, char text[GUARD_TEXT_SIZE])
{
	bool known =
		guard && (row->is_domain ? guard_knows_sinkhole_domain(guard, row->domain, text)
					 : guard_knows_sinkhole(guard, &row->address, text));
	return known ? text : NULL;
}

static void load_accept(void *context, uint32_t line, const struct feed_row *row)
{
	struct load *load = context;
	char address[ADDRESS_TEXT_SIZE], protected_by[GUARD_TEXT_SIZE];
	enum feed_reason reason;
	if (!may_load(load, row, &reason, protected_by)) {
		if (!row->is_domain)
			address_format(&row->address, address);
		load_refuse(load, line, reason, row->is_domain ? row->domain : address,
			protected_by[0] ? protected_by : NULL);
		return;
	}
	struct feed_row told = *row;
	told.sinkhole = told_sinkhole(load->guard, row, protected_by);
	if (load->report->accepted++ < LIST_ROWS_MAX && !load->out_of_memory)
		load->out_of_memory =
			!catalogue_add(load->catalogue, load->options->number, line, &told);
}

static void load_notice(void *context, uint32_t line, const char *text)
{
	const struct load *load = context;
	if (load->options->noticed)
		load->options->noticed(load->options->context, load->path, line, text);
}

int list_load(const char *path, const struct list_options *options, const struct guard *guard,
	struct catalogue *catalogue, struct list_report *report, char *error, size_t error_size)
{
	struct load load = {path, options, guard, catalogue, report, false};
	struct feed_sink sink = {&load, load_accept, load_reject, load_notice};
	size_t rows = catalogue_rows(catalogue);
	size_t withheld = quarantine_count(catalogue_withheld(catalogue));
	*report = (struct list_report){.format = options->feed.format};
	if (feed_read(path, &options->feed, &sink, &report->format, error, error_size) < 0)
		goto cut;
	if (load.out_of_memory) {
		snprintf(error, error_size, "%s: out of memory", path);
		goto cut;
	}
	if (report->accepted > LIST_ROWS_MAX) {
		snprintf(error, error_size, "%s: %u rows, a list may hold %u", path,
			report->accepted, LIST_ROWS_MAX);
		goto cut;
	}
	return 0;

cut:
	catalogue_cut(catalogue, rows);
	quarantine_cut(catalogue_quarantine(catalogue), withheld);
	return -1;
}
