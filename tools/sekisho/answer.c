// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/answer.h"

#include "config/action.h"
#include "control/feed/timestamp.h"
#include "tools/sekisho/quantity_text.h"
#include "tools/sekisho/shown_text.h"

#include <stdio.h>
#include <string.h>

const char *answer_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

const char *answer_text_or(const json_t *object, const char *name, const char *otherwise)
{
	const char *text = answer_text(object, name);

	return text != NULL ? text : otherwise;
}

uint64_t answer_count(const json_t *object, const char *name)
{
	const json_int_t value = json_integer_value(json_object_get(object, name));

	return value > 0 ? (uint64_t)value : 0;
}

double answer_number(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

bool answer_true(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

bool answer_known(const json_t *object, const char *name)
{
	const json_t *member = json_object_get(object, name);

	return member != NULL && !json_is_null(member);
}

int64_t answer_time(const json_t *object, const char *name)
{
	const char *text = answer_text(object, name);
	int64_t seconds;

	return text != NULL && timestamp_parse(text, &seconds) ? seconds : 0;
}

void answer_time_cell(const json_t *object, const char *name, char cell[ANSWER_CELL_SIZE])
{
	const char *text = answer_text(object, name);

	if (answer_time(object, name) == 0)
		snprintf(cell, ANSWER_CELL_SIZE, "-");
	else
		snprintf(cell, ANSWER_CELL_SIZE, "%.10s %.8s", text, text + strlen("YYYY-MM-DDT"));
}

void answer_age_cell(
	const json_t *object, const char *name, int64_t now_s, char cell[ANSWER_CELL_SIZE])
{
	const int64_t then_s = answer_time(object, name);
	char age[QUANTITY_TEXT_SIZE] = "-";

	if (then_s != 0)
		quantity_text_duration(now_s > then_s ? (uint64_t)(now_s - then_s) : 0, age);
	snprintf(cell, ANSWER_CELL_SIZE, "%s", age);
}

void answer_endpoint_cell(const json_t *object, char cell[ANSWER_CELL_SIZE])
{
	const char *address = answer_text_or(object, "address", "?");
	const bool v6 = strchr(address, ':') != NULL;
	char port[sizeof("65535")] = "*", text[2 * ANSWER_CELL_SIZE];

	if (answer_known(object, "domain")) {
		shown_text(answer_text_or(object, "domain", "?"), ANSWER_CELL_SIZE, cell,
			ANSWER_CELL_SIZE);
		return;
	}
	if (answer_known(object, "port"))
		snprintf(port, sizeof(port), "%u",
			(unsigned)(uint16_t)answer_count(object, "port"));
	snprintf(text, sizeof(text), "%s%s%s:%s/%s%s", v6 ? "[" : "", address, v6 ? "]" : "", port,
		answer_text_or(object, "transport", "?"),
		answer_true(object, "any_port") ? " (any)" : "");
	shown_text(text, ANSWER_CELL_SIZE, cell, ANSWER_CELL_SIZE);
}

void answer_count_cell(const json_t *object, const char *name, char cell[ANSWER_CELL_SIZE])
{
	char count[QUANTITY_TEXT_SIZE] = "-";

	if (answer_known(object, name))
		quantity_text_count(answer_count(object, name), count);
	snprintf(cell, ANSWER_CELL_SIZE, "%s", count);
}

void answer_verdict_cell(const json_t *contact, char cell[ANSWER_CELL_SIZE])
{
	const char *verdict = answer_text_or(contact, "verdict", "?");
	const bool would = !answer_true(contact, "applied") &&
			   strcmp(verdict, action_name(ACTION_ALERT)) != 0;
	char text[ANSWER_CELL_SIZE];

	snprintf(text, sizeof(text), "%s%s", would ? "would " : "", verdict);
	shown_text(text, ANSWER_CELL_SIZE, cell, ANSWER_CELL_SIZE);
}
