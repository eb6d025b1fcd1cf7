// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the data plane says to its operator: stderr, one line each, a level word first, so that
// journald and a terminal serve alike. Service thread only: a worker never logs.

enum log_level {
	LOG_LEVEL_ERROR,   // it does not go on, or something was refused
	LOG_LEVEL_WARNING, // it goes on, someone should look
	LOG_LEVEL_INFO,    // start, stop, change of mode or generation
};

// Line breaks inside the message become blanks: one message stays one line.
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
