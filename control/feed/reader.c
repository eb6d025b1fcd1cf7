// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/reader.h"

#include <string.h>

int reader_next(const struct reader *reader, const char *comments, struct line *line)
{
	int status;
	while ((status = line_next(reader->lines, line, reader->error, reader->error_size)) > 0) {
		line_trim(line);
		if (line->too_long)
			reader_reject(reader, line->number, FEED_BAD_ROW, line->text);
		else if (line->length > 0 && !strchr(comments, line->text[0]))
			return 1;
	}
	return status;
}

int reader_next_row(const struct reader *reader, const char *comments, struct line *line)
{
	int status;
	while ((status = line_next(reader->lines, line, reader->error, reader->error_size)) > 0) {
		if (line->too_long)
			reader_reject(reader, line->number, FEED_BAD_ROW, line->text);
		else if (strspn(line->text, " \t") < line->length &&
			 !strchr(comments, line->text[0]))
			return 1;
	}
	return status;
}

void reader_reject(
	const struct reader *reader, uint32_t line, enum feed_reason reason, const char *text)
{
	reader->sink->reject(reader->sink->context, line, reason, text);
}

void reader_deliver(const struct reader *reader, uint32_t line, const struct feed_row *row,
	const char *offending, enum feed_reason reason)
{
	if (offending)
		reader_reject(reader, line, reason, offending);
	else
		reader->sink->accept(reader->sink->context, line, row);
}

void reader_cut_comment(struct line *line, const char *comments)
{
	for (size_t i = 1; i < line->length; i++) {
		if (strchr(comments, line->text[i]) && strchr(" \t", line->text[i - 1])) {
			line->length = i;
			line_trim(line);
			return;
		}
	}
}

struct feed_row reader_row(const struct reader *reader)
{
	return (struct feed_row){
		.transport = 0,
		.level = reader->options->level,
		.confidence = reader_confidence(reader->options->level),
		.max_action = ACTION_SINKHOLE,
		.family = reader->options->family,
	};
}

uint8_t reader_confidence(uint8_t level)
{
	static const uint8_t confidences[] = {0, 30, 50, 75, 100};
	return confidences[level];
}

uint8_t reader_level(const struct reader *reader, uint32_t confidence)
{
	uint8_t level = 4;
	while (level > 1 && confidence < reader_confidence(level))
		level--;
	return level < reader->options->level ? level : reader->options->level;
}
