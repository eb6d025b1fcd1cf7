// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decision.h"

#include "config/action.h"
#include "config/mode.h"

#include <stdio.h>

#define CELLS     (EVIDENCE_COUNT * GENERATION_FLAG_SETS)
#define UNTOUCHED (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT)

static const struct generation_cell *cell_at(
	const struct generation_decision *decision, unsigned index)
{
	return &decision->cells[index / GENERATION_FLAG_SETS][index % GENERATION_FLAG_SETS];
}

static bool has_action(const struct generation_decision *decision, enum action action)
{
	for (unsigned i = 0; i < CELLS; i++) {
		if (cell_at(decision, i)->action == action)
			return true;
	}
	return false;
}

static bool check_cell(
	const struct generation_decision *decision, unsigned index, char *wrong, size_t wrong_size)
{
	const struct generation_cell *cell = cell_at(decision, index);

	if (cell->action >= ACTION_COUNT)
		snprintf(wrong, wrong_size, "cell %u: action %u, should be below %d", index,
			cell->action, ACTION_COUNT);
	else if (cell->action != ACTION_ALERT && cell->action != ACTION_DROP)
		snprintf(wrong, wrong_size,
			"cell %u: action %s, this data plane carries out alert and drop", index,
			action_name(cell->action));
	else if (cell->action != ACTION_ALERT && (index % GENERATION_FLAG_SETS & UNTOUCHED))
		snprintf(wrong, wrong_size,
			"cell %u: action %s for who opted out or is exempt, should be alert", index,
			action_name(cell->action));
	else if (cell->mode >= MODE_COUNT)
		snprintf(wrong, wrong_size, "cell %u: mode %u, should be below %d", index,
			cell->mode, MODE_COUNT);
	else
		return true;
	return false;
}

static bool check_terms(const struct generation_decision *decision, char *wrong, size_t wrong_size)
{
	const bool polices = has_action(decision, ACTION_POLICE);
	uint8_t reserved = 0;

	for (size_t i = 0; i < sizeof(decision->reserved); i++)
		reserved |= decision->reserved[i];
	if ((decision->police_pps > 0) != polices || (decision->police_burst > 0) != polices)
		snprintf(wrong, wrong_size,
			"%u packets per second, %u at once, should be %s where %s cell polices",
			decision->police_pps, decision->police_burst, polices ? "at least 1" : "0",
			polices ? "a" : "no");
	else if (decision->refuse_udp > 1)
		snprintf(
			wrong, wrong_size, "refuse_udp %u, should be 0 or 1", decision->refuse_udp);
	else if (decision->sinkhole_else != ACTION_ALERT && decision->sinkhole_else != ACTION_DROP)
		snprintf(wrong, wrong_size, "sinkhole_else %u, should be %d (alert) or %d (drop)",
			decision->sinkhole_else, ACTION_ALERT, ACTION_DROP);
	else if (reserved != 0)
		snprintf(wrong, wrong_size, "reserved bytes are not zero");
	else
		return true;
	return false;
}

bool decision_check(const struct generation_decision *decision, char *wrong, size_t wrong_size)
{
	for (unsigned i = 0; i < CELLS; i++) {
		if (!check_cell(decision, i, wrong, wrong_size))
			return false;
	}
	return check_terms(decision, wrong, wrong_size);
}

bool decision_touches(const struct generation_decision *decision)
{
	for (unsigned i = 0; i < CELLS; i++) {
		if (cell_at(decision, i)->action != ACTION_ALERT)
			return true;
	}
	return false;
}
