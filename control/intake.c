// SPDX-License-Identifier: BSD-3-Clause
#include "control/intake.h"

#include "config/utc.h"
#include "control/file_stamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct intake *intake_create(const struct config *config)
{
	struct intake *intake =
		calloc(1, sizeof(*intake) + config->feed_count * sizeof(intake->feeds[0]));

	if (intake == NULL)
		return NULL;
	intake->count = config->feed_count;
	for (size_t i = 0; i < intake->count; i++) {
		struct intake_feed *feed = &intake->feeds[i];

		feed->config = &config->feeds[i];
		feed->state.name = feed->config->name;
		feed->state.path = feed->config->path;
	}
	return intake;
}

struct intake *intake_copy(const struct intake *intake)
{
	const size_t size = sizeof(*intake) + intake->count * sizeof(intake->feeds[0]);
	struct intake *copy = malloc(size);

	if (copy == NULL)
		return NULL;
	memcpy(copy, intake, size);
	for (size_t i = 0; i < copy->count; i++)
		copy->feeds[i].rows = feed_rows_hold(&intake->feeds[i].rows);
	return copy;
}

void intake_free(struct intake *intake)
{
	if (intake == NULL)
		return;
	for (size_t i = 0; i < intake->count; i++)
		feed_rows_release(&intake->feeds[i].rows);
	free(intake);
}

struct feed_rows feed_rows_hold(const struct feed_rows *rows)
{
	struct feed_rows held = *rows;

	if (held.catalogue != NULL)
		catalogue_hold(held.catalogue);
	return held;
}

void feed_rows_release(struct feed_rows *rows)
{
	catalogue_release(rows->catalogue);
	*rows = (struct feed_rows){0};
}

void intake_restore(struct intake *intake, size_t feed, struct feed_rows rows)
{
	struct intake_feed *entry = &intake->feeds[feed];

	feed_rows_release(&entry->rows);
	entry->rows = rows;
	entry->state.indicators = rows.catalogue == NULL ? 0 : catalogue_count(rows.catalogue);
	entry->state.loaded_ns = rows.loaded_ns;
}

bool intake_changed(const struct intake *intake, size_t feed)
{
	const struct intake_feed *entry = &intake->feeds[feed];
	struct stat now = {0};

	if (stat(entry->config->path, &now) < 0)
		memset(&now, 0, sizeof(now));
	return !file_stamp_same(&now, &entry->file);
}

static bool still_valid(const struct indicator *indicator, int64_t now_s)
{
	return indicator->valid_until_s == 0 || indicator->valid_until_s > now_s;
}

static bool is_allowed(const struct indicator *indicator, const struct guard *guard,
	enum feed_reason *reason, char protected_by[GUARD_TEXT_SIZE])
{
	if (indicator->is_domain)
		return guard_allows_domain(guard, indicator->domain, reason, protected_by);
	return guard_allows(guard, &indicator->address, reason, protected_by);
}

// Those that would count today, so that what time or the never-block files took is no loss.
static size_t count_usable(const struct catalogue *rows, const struct guard *guard, int64_t now_s)
{
	const size_t count = rows == NULL ? 0 : catalogue_count(rows);
	enum feed_reason reason;
	size_t usable = 0;

	for (size_t i = 0; i < count; i++) {
		const struct indicator *indicator = catalogue_at(rows, i);

		usable += still_valid(indicator, now_s) &&
			  is_allowed(indicator, guard, &reason, NULL);
	}
	return usable;
}

// false: may not replace what stands, and `problem` says why.
static bool judge_size(const struct intake_feed *feed, const struct catalogue *rows,
	const struct guard *guard, int64_t now_s, char problem[INTAKE_PROBLEM_SIZE])
{
	const size_t before = count_usable(feed->rows.catalogue, guard, now_s);
	const size_t now = catalogue_count(rows);

	if (now == 0) {
		snprintf(problem, INTAKE_PROBLEM_SIZE,
			"%s: no usable row (%u rejected, %u quarantined); sekisho list check says "
			"why, sekisho list load --force empties the feed",
			feed->config->path, feed->state.report.rejected,
			feed->state.report.quarantined);
		return false;
	}
	if (now < before && (before - now) * 100 > before * feed->config->shrink_percent) {
		snprintf(problem, INTAKE_PROBLEM_SIZE,
			"%s: shrank from %zu to %zu indicators, more than %u %%; sekisho list load "
			"--force takes it nevertheless",
			feed->config->path, before, now, feed->config->shrink_percent);
		return false;
	}
	return true;
}

// The file's rows, sealed; NULL and a problem if it cannot be used at all.
static struct catalogue *read_file(struct intake_feed *feed, size_t number,
	const struct guard *guard, int64_t now_s, char problem[INTAKE_PROBLEM_SIZE])
{
	struct list_options options = {
		.number = (uint16_t)number,
		.now_s = now_s,
	};
	struct list_report report;
	struct catalogue *rows = catalogue_create();

	if (rows == NULL) {
		snprintf(problem, INTAKE_PROBLEM_SIZE, "%s: no memory", feed->config->path);
		return NULL;
	}
	list_feed_options(feed->config, &options.feed);
	if (list_load(feed->config->path, &options, guard, rows, &report, problem,
		    INTAKE_PROBLEM_SIZE) < 0)
		goto fail;
	// Moment 0 keeps every row's validity for the merge to judge.
	if (!catalogue_seal(rows, 0)) {
		snprintf(problem, INTAKE_PROBLEM_SIZE, "%s: no memory", feed->config->path);
		goto fail;
	}
	feed->state.report = report;
	feed->state.read = true;
	return rows;
fail:
	catalogue_release(rows);
	return NULL;
}

bool intake_read(struct intake *intake, size_t feed, const struct guard *guard, bool force)
{
	struct intake_feed *entry = &intake->feeds[feed];
	struct feed_state *state = &entry->state;
	const uint64_t now_ns = utc_now_ns();
	const int64_t now_s = (int64_t)(now_ns / UTC_NS_PER_S);
	char problem[INTAKE_PROBLEM_SIZE] = "";
	struct catalogue *rows;

	state->checked_ns = now_ns;
	// Before reading: what changes meanwhile makes the file another one afterwards.
	if (stat(entry->config->path, &entry->file) < 0)
		memset(&entry->file, 0, sizeof(entry->file));
	rows = read_file(entry, feed, guard, now_s, problem);
	if (rows != NULL && (force || judge_size(entry, rows, guard, now_s, problem))) {
		intake_restore(
			intake, feed, (struct feed_rows){.catalogue = rows, .loaded_ns = now_ns});
		state->problem[0] = '\0';
		state->problem_since_ns = 0;
		return true;
	}
	catalogue_release(rows);
	if (state->problem[0] == '\0')
		state->problem_since_ns = now_ns;
	memcpy(state->problem, problem, sizeof(state->problem));
	return false;
}

// Every row that names it; rows that were read before the guard had this to say.
static bool withhold(struct quarantine *quarantine, const struct indicator *indicator, size_t feed,
	enum feed_reason reason, const char *protected_by)
{
	char address[ADDRESS_TEXT_SIZE];
	struct quarantined row = {
		.feed = (uint16_t)feed,
		.reason = reason,
		.value = indicator->domain,
		.protected_by = protected_by,
	};

	if (!indicator->is_domain) {
		address_format(&indicator->address, address);
		row.value = address;
	}
	for (uint32_t i = 0; i < indicator->source_count; i++) {
		row.line = indicator->sources[i].line;
		if (!quarantine_add(quarantine, &row))
			return false;
	}
	return true;
}

static bool add_allowed(struct catalogue *merged, const struct catalogue *rows, size_t feed,
	const struct guard *guard)
{
	const size_t count = catalogue_count(rows);
	struct quarantine *quarantine = catalogue_quarantine(merged);
	char protected_by[GUARD_TEXT_SIZE], told_by[GUARD_TEXT_SIZE];
	enum feed_reason reason;

	if (!quarantine_add_all(quarantine, catalogue_withheld(rows), (uint16_t)feed))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct indicator *indicator = catalogue_at(rows, i);
		struct feed_row row = {
			.address = indicator->address,
			.port = indicator->port,
			.transport = indicator->transport,
			.is_domain = indicator->is_domain,
		};

		if (!is_allowed(indicator, guard, &reason, protected_by)) {
			if (!withhold(quarantine, indicator, feed, reason, protected_by))
				return false;
			continue;
		}
		// Of the files of today, whatever they said when the rows were read.
		if (row.is_domain ? guard_knows_sinkhole_domain(guard, indicator->domain, told_by)
				  : guard_knows_sinkhole(guard, &row.address, told_by))
			row.sinkhole = told_by;
		for (uint32_t j = 0; j < indicator->source_count; j++) {
			const struct indicator_source *source = &indicator->sources[j];

			row.level = source->level;
			row.confidence = source->confidence;
			row.max_action = source->max_action;
			row.first_seen_s = source->first_seen_s;
			row.last_seen_s = source->last_seen_s;
			row.valid_until_s = source->valid_until_s;
			row.domain = source->domain;
			row.family = source->family;
			row.country = source->country;
			row.asn = source->asn;
			row.source = source->source;
			row.reference = source->reference;
			if (!catalogue_add(merged, (uint16_t)feed, source->line, &row))
				return false;
		}
	}
	return true;
}

struct catalogue *intake_merge(
	const struct intake *intake, const struct guard *guard, int64_t now_s)
{
	struct catalogue *merged = catalogue_create();

	if (merged == NULL)
		return NULL;
	for (size_t i = 0; i < intake->count; i++) {
		const struct catalogue *rows = intake->feeds[i].rows.catalogue;

		if (rows != NULL && !add_allowed(merged, rows, i, guard))
			goto fail;
	}
	if (!catalogue_seal(merged, now_s))
		goto fail;
	return merged;
fail:
	catalogue_release(merged);
	return NULL;
}

bool intake_stands(const struct intake *intake)
{
	for (size_t i = 0; i < intake->count; i++)
		if (intake->feeds[i].rows.catalogue != NULL)
			return true;
	return false;
}
