// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/effect.h"

#include "config/utc.h"
#include "control/feed/timestamp.h"
#include "control/report/comparison.h"
#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/report/trial.h"
#include "control/store/trials.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct question {
	struct trial trial;
	bool of_trial;
	double share; // of the first group
	uint64_t quiet_days;
	struct comparison_part parts[2];
	size_t part_count;
	const char *first, *second; // what the groups are called
};

static json_t *interval_json(const struct interval *interval)
{
	// What has no bound is not a number in JSON.
	return json_pack("{s:o, s:o, s:o}", "value",
		isfinite(interval->value) ? json_real(interval->value) : json_null(), "low",
		isfinite(interval->low) ? json_real(interval->low) : json_null(), "high",
		isfinite(interval->high) ? json_real(interval->high) : json_null());
}

static json_t *figure_json(const struct effect_figure *figure)
{
	const struct interval none = {NAN, NAN, NAN};
	json_t *object = interval_json(figure->known ? &figure->interval : &none);

	json_object_set_new(object, "subscribers", json_integer((json_int_t)figure->subscribers));
	return object;
}

static json_t *measure_json(
	const struct question *question, enum effect_measure measure, const struct effect *effect)
{
	const bool said = effect->finding != EFFECT_TOO_FEW;

	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:s, s:s}", "measure",
		effect_measure_name(measure), question->first, figure_json(&effect->first),
		question->second, figure_json(&effect->second), "effect_is",
		effect_measure_is_ratio(measure) ? "ratio" : "difference", "effect",
		said ? interval_json(&effect->difference) : json_null(), "finding",
		effect_finding_name(effect->finding), "method", effect_measure_method(measure));
}

static json_t *stratum_json(const struct question *question, struct comparison_stratum *stratum)
{
	const bool all = stratum->level == 0;
	struct effect effects[EFFECT_MEASURES];
	json_t *measures = json_array();

	effect_compare(&stratum->first, &stratum->second, question->share, effects);
	for (enum effect_measure measure = 0; measure < EFFECT_MEASURES; measure++)
		json_array_append_new(measures, measure_json(question, measure, &effects[measure]));
	return json_pack("{s:b, s:s?, s:o, s:o}", "all", all, "family",
		stratum->family[0] != '\0' ? stratum->family : NULL, "level",
		all ? json_null() : json_integer(stratum->level), "measures", measures);
}

static json_t *part_json(const struct comparison_part *part)
{
	return json_pack(
		"{s:o, s:o}", "from", time_json(part->from_ns), "until", time_json(part->until_ns));
}

static json_t *answer(const struct question *question, struct comparison *comparison)
{
	const struct comparison_part *parts = question->parts;
	json_t *strata = json_array();

	for (size_t i = 0; i < comparison->count; i++)
		json_array_append_new(strata, stratum_json(question, &comparison->strata[i]));
	return json_pack("{s:[s, s], s:o, s:o, s:o, s:I, s:f, s:i, s:i, s:I, s:I, s:o}", "groups",
		question->first, question->second, "trial",
		question->of_trial ? trial_json(&question->trial) : json_null(), question->first,
		part_json(&parts[0]), question->second, part_json(&parts[question->part_count - 1]),
		"quiet_days", (json_int_t)question->quiet_days, "share", question->share,
		"subscribers_min", EFFECT_SUBSCRIBERS_MIN, "expected_min", EFFECT_EXPECTED_MIN,
		"left_out", (json_int_t)comparison->left_out, "other_rows",
		(json_int_t)comparison->other_rows, "strata", strata);
}

static json_t *ask_trial(const struct control *control, const char *name, struct question *question)
{
	struct comparison_part *part = &question->parts[0];
	const struct trial_phase *phase = &question->trial.last;
	const uint64_t now_ns = utc_now_ns();
	const int found = name != NULL ? store_trial_find(control->store, name, &question->trial)
				       : store_trial_running(control->store, &question->trial);

	if (found < 0)
		return error_json("%s", store_error(control->store));
	if (found == 0 && name != NULL)
		return error_json("report-effect: no trial is called \"%s\"", name);
	if (found == 0)
		return error_json("report-effect: no trial is running; name one, or say before "
				  "and after");
	if (phase->per_mille == 0 || phase->per_mille == COHORT_PER_MILLE)
		return error_json("report-effect: %s has %u per mille: there is nobody to compare "
				  "with",
			question->trial.name, phase->per_mille);
	question->of_trial = true;
	question->share = (double)phase->per_mille / COHORT_PER_MILLE;
	question->first = cohort_group_name(COHORT_TREATED);
	question->second = cohort_group_name(COHORT_CONTROL);
	question->part_count = 1;
	part->trial = true;
	part->from_ns = phase->from_ns;
	part->until_ns = phase->until_ns != 0 ? phase->until_ns : now_ns;
	part->stretch.phase = phase->id;
	part->stretch.from_day = part->from_ns / UTC_NS_PER_DAY;
	part->stretch.until_day = part->until_ns / UTC_NS_PER_DAY;
	return NULL;
}

// "2026-11-01..2026-11-07", both days included.
static bool parse_days(const char *text, struct comparison_part *part)
{
	const char *dots = strstr(text, "..");
	char from[sizeof("2026-11-01")] = "";
	int64_t from_s, until_s;

	if (dots == NULL || dots - text != sizeof(from) - 1)
		return false;
	memcpy(from, text, sizeof(from) - 1);
	if (!timestamp_parse_date(from, &from_s) || !timestamp_parse_date(dots + 2, &until_s) ||
		until_s < from_s || until_s > INT64_MAX / (int64_t)UTC_NS_PER_S - 86400)
		return false;
	part->from_ns = (uint64_t)from_s * UTC_NS_PER_S;
	part->until_ns = (uint64_t)until_s * UTC_NS_PER_S + UTC_NS_PER_DAY;
	part->stretch.from_day = part->from_ns / UTC_NS_PER_DAY;
	part->stretch.until_day = part->until_ns / UTC_NS_PER_DAY - 1;
	return true;
}

static uint64_t days_of(const struct comparison_part *part)
{
	return part->stretch.until_day - part->stretch.from_day + 1;
}

static json_t *ask_days(const char *before, const char *after, struct question *question)
{
	struct comparison_part *first = &question->parts[0], *second = &question->parts[1];

	if (before == NULL || after == NULL)
		return error_json("report-effect: before and after go together");
	if (!parse_days(after, first) || !parse_days(before, second))
		return error_json("report-effect: \"%s\" and \"%s\": days are written "
				  "2026-11-01..2026-11-07, the first one not after the last",
			before, after);
	if (second->stretch.until_day >= first->stretch.from_day)
		return error_json("report-effect: before \"%s\" does not end before after \"%s\" "
				  "begins",
			before, after);
	if (days_of(first) != days_of(second))
		return error_json("report-effect: before has %" PRIu64 " days and after %" PRIu64
				  "; as many in both can be compared",
			days_of(second), days_of(first));
	second->second = true;
	question->share = 0.5;
	question->first = "after";
	question->second = "before";
	question->part_count = 2;
	return NULL;
}

json_t *effect_json(const struct control *control, const json_t *request)
{
	const char *command, *trial = NULL, *before = NULL, *after = NULL;
	json_int_t quiet_days = EFFECT_QUIET_DAYS;
	struct comparison comparison = {0};
	struct question question = {0};
	json_error_t error;
	json_t *result;
	int status = 0;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s:s, s?s, s?s, s?s, s?I !}", "command",
		    &command, "trial", &trial, "before", &before, "after", &after, "quiet_days",
		    &quiet_days) < 0)
		return error_json("report-effect: %s", error.text);
	if (quiet_days < 1 || quiet_days > EFFECT_QUIET_DAYS_MAX)
		return error_json("report-effect: quiet_days %lld is not in 1..%d",
			(long long)quiet_days, EFFECT_QUIET_DAYS_MAX);
	if (trial != NULL && (before != NULL || after != NULL))
		return error_json("report-effect: a trial, or before and after; not both");
	result = before != NULL || after != NULL ? ask_days(before, after, &question)
						 : ask_trial(control, trial, &question);
	if (result != NULL)
		return result;
	question.quiet_days = (uint64_t)quiet_days;
	for (size_t i = 0; i < question.part_count && status == 0; i++) {
		question.parts[i].quiet_ns = question.quiet_days * UTC_NS_PER_DAY;
		status = comparison_add(&comparison, control->store, &question.parts[i]);
	}
	result = status == 0            ? answer(&question, &comparison)
		 : comparison.no_memory ? error_json("no memory for so many subscribers")
					: error_json("%s", store_error(control->store));
	comparison_free(&comparison);
	return result;
}
