// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a reader makes of a list, recorded for a test.

#include "config/transport.h"
#include "control/feed/feed.h"

#include <cmocka.h>

#include "tests/unit/list_file.h"

#define ACCEPTED FEED_REASON_COUNT

struct outcome {
	int status;
	enum feed_format format;
	char error[512];
	unsigned accepted, reasons[FEED_REASON_COUNT];
	enum feed_reason last; // ACCEPTED or why not
	char last_text[128];   // the offending value
	struct feed_row row;   // the last one accepted, without its strings
	char family[64], domain[64], reference[64], source[64], asn[64], country[64];
	uint32_t line;
	char notices[256];
};

static inline void copy(char target[64], const char *text)
{
	snprintf(target, 64, "%s", text ? text : "-");
}

static inline void accept_row(void *context, uint32_t line, const struct feed_row *row)
{
	struct outcome *outcome = context;
	outcome->accepted++;
	outcome->last = ACCEPTED;
	outcome->line = line;
	outcome->row = *row;
	copy(outcome->family, row->family);
	copy(outcome->domain, row->domain);
	copy(outcome->reference, row->reference);
	copy(outcome->source, row->source);
	copy(outcome->asn, row->asn);
	copy(outcome->country, row->country);
}

static inline void reject_row(
	void *context, uint32_t line, enum feed_reason reason, const char *text)
{
	struct outcome *outcome = context;
	outcome->reasons[reason]++;
	outcome->last = reason;
	outcome->line = line;
	snprintf(outcome->last_text, sizeof(outcome->last_text), "%s", text);
}

static inline void notice_row(void *context, uint32_t line, const char *text)
{
	struct outcome *outcome = context;
	size_t used = strlen(outcome->notices);
	snprintf(outcome->notices + used, sizeof(outcome->notices) - used, "%u: %s\n", line, text);
}

static inline struct outcome read_path_as(const char *path, const struct feed_options *options)
{
	struct outcome outcome = {.format = FEED_FORMAT_COUNT};
	struct feed_sink sink = {&outcome, accept_row, reject_row, notice_row};
	outcome.status = feed_read(
		path, options, &sink, &outcome.format, outcome.error, sizeof(outcome.error));
	return outcome;
}

static inline struct outcome read_path(const char *path, enum feed_format format)
{
	const struct feed_options options = {.format = format, .level = 2};
	return read_path_as(path, &options);
}

static inline struct outcome read_text_as(const char *text, const struct feed_options *options)
{
	struct list_file file = list_file_make(text);
	struct outcome outcome = read_path_as(file.path, options);
	list_file_remove(&file);
	return outcome;
}

static inline struct outcome read_text(const char *text, enum feed_format format)
{
	const struct feed_options options = {.format = format, .level = 2};
	return read_text_as(text, &options);
}

struct example {
	const char *row;
	enum feed_reason reason; // or ACCEPTED
	const char *text;        // the offending value; NULL: the row
};

// Each row alone behind `header`, with a good row after it that must still be read.
static inline void check_rows_as(const struct feed_options *options, const char *header,
	const char *good, const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char text[2048];
		const char *offending = examples[i].text ? examples[i].text : examples[i].row;
		snprintf(text, sizeof(text), "%s%s\n", header, examples[i].row);
		struct outcome outcome = read_text_as(text, options);
		assert_int_equal(outcome.status, 0);
		if (outcome.last != examples[i].reason)
			fail_msg("'%s': %s '%s'", examples[i].row, feed_reason_code(outcome.last),
				outcome.last_text);
		if (outcome.last != ACCEPTED)
			assert_string_equal(outcome.last_text, offending);
		assert_int_equal(outcome.line, header[0] ? 2 : 1);

		snprintf(text, sizeof(text), "%s%s\n%s\n", header, examples[i].row, good);
		outcome = read_text_as(text, options);
		assert_int_equal(outcome.accepted, 1 + (examples[i].reason == ACCEPTED));
	}
}

#define CHECK_ROWS_AS(options, header, good, examples) \
	check_rows_as(options, header, good, examples, sizeof(examples) / sizeof((examples)[0]))

#define CHECK_ROWS(form, header, good, examples) \
	CHECK_ROWS_AS((&(const struct feed_options){.format = (form), .level = 2}), header, good, \
		examples)
