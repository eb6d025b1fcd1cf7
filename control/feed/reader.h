// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The readers, one file each, all of one shape: take lines, deliver rows. feed_read opens the file,
// picks the reader and is the only caller.

#include "control/feed/feed.h"
#include "control/feed/line.h"

struct reader {
	const char *path;
	struct line_reader *lines;
	const struct feed_options *options;
	const struct feed_sink *sink;
	char *error; // one line, when a reader returns -1
	size_t error_size;
};

// The format that the beginning of a file shows; FEED_DETECT: none that is known.
enum feed_format reader_detect(const char *beginning, size_t size);
enum feed_format reader_detect_json(const char *beginning, size_t size); // of JSON alone

int reader_csv(const struct reader *reader);
int reader_maltrail(const struct reader *reader);
int reader_feodo(const struct reader *reader);
int reader_plain(const struct reader *reader);
int reader_threatfox(const struct reader *reader);
int reader_threatfox_json(const struct reader *reader);
int reader_feodo_json(const struct reader *reader);
int reader_sslbl(const struct reader *reader);
int reader_drop(const struct reader *reader);
int reader_iprep(const struct reader *reader);
int reader_zeek_intel(const struct reader *reader);
int reader_delimited(const struct reader *reader);

// The next line that says something: trimmed, neither blank nor a comment (a line that begins with
// one of `comments`). Lines that are too long are rejected on the way. Returns as line_next.
int reader_next(const struct reader *reader, const char *comments, struct line *line);

// The same without trimming, for rows whose first or last field may be empty between tabs.
int reader_next_row(const struct reader *reader, const char *comments, struct line *line);

// Cuts a comment that follows a blank behind the value, and the blanks.
void reader_cut_comment(struct line *line, const char *comments);

void reader_reject(
	const struct reader *reader, uint32_t line, enum feed_reason reason, const char *text);

// Hands a row on: accepted, or rejected for `reason` when something in it was `offending`.
void reader_deliver(const struct reader *reader, uint32_t line, const struct feed_row *row,
	const char *offending, enum feed_reason reason);

// A row with nothing in it but what the options say.
struct feed_row reader_row(const struct reader *reader);

// The confidence of a level whose list names none: 30, 50, 75, 100, as the carriers' centre gives
// for levels 1 to 4.
uint8_t reader_confidence(uint8_t level);

// The level of a row whose list says a confidence instead: 4, 3, 2 from 100, 75, 50 on, else 1;
// never above that of the feed.
uint8_t reader_level(const struct reader *reader, uint32_t confidence);
