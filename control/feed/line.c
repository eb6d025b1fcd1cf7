// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Room for a longest line and the block that follows it, so that lines are seldom moved.
#define BUFFER_SIZE ((size_t)2 * LINE_SIZE_MAX)

struct line_reader {
	char *path;
	int fd;
	uint32_t number;
	size_t begin, end; // what is read and not yet handed out
	bool at_eof;
	bool skipping; // inside a line that was too long
	char buffer[BUFFER_SIZE + 1];
};

// Reads until the buffer is full or the file ends: a pipe gives its data in small pieces.
static int line_fill(struct line_reader *reader, char *error, size_t error_size)
{
	memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
	reader->end -= reader->begin;
	reader->begin = 0;
	while (!reader->at_eof && reader->end < BUFFER_SIZE) {
		char *target = reader->buffer + reader->end;
		ssize_t got = read(reader->fd, target, BUFFER_SIZE - reader->end);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			snprintf(error, error_size, "%s: cannot be read: %s", reader->path,
				strerror(errno));
			return -1;
		}
		if (memchr(target, '\0', (size_t)got)) {
			snprintf(error, error_size,
				"%s: holds NUL bytes: a list is a text file in UTF-8",
				reader->path);
			return -1;
		}
		reader->at_eof = got == 0;
		reader->end += (size_t)got;
	}
	return 0;
}

struct line_reader *line_reader_open(const char *path, char *error, size_t error_size)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct line_reader *reader = malloc(sizeof(*reader));
	if (!reader) {
		snprintf(error, error_size, "%s: out of memory", path);
		return NULL;
	}
	reader->number = 0;
	reader->begin = reader->end = 0;
	reader->at_eof = reader->skipping = false;
	reader->path = strdup(path);
	if (!reader->path) {
		snprintf(error, error_size, "%s: out of memory", path);
		goto free_reader;
	}
	reader->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (reader->fd < 0) {
		snprintf(error, error_size, "%s: cannot be opened: %s", path, strerror(errno));
		goto free_path;
	}
	if (line_fill(reader, error, error_size) < 0)
		goto close_fd;
	if (reader->end >= 3 && memcmp(reader->buffer, mark, 3) == 0)
		reader->begin = 3;
	return reader;

close_fd:
	close(reader->fd);
free_path:
	free(reader->path);
free_reader:
	free(reader);
	return NULL;
}

void line_reader_close(struct line_reader *reader)
{
	if (!reader)
		return;
	close(reader->fd);
	free(reader->path);
	free(reader);
}

const char *line_peek(const struct line_reader *reader, size_t *size)
{
	size_t held = reader->end - reader->begin;
	*size = held < LINE_SIZE_MAX ? held : LINE_SIZE_MAX;
	return reader->buffer + reader->begin;
}

int line_next(struct line_reader *reader, struct line *line, char *error, size_t error_size)
{
	for (;;) {
		size_t held = reader->end - reader->begin;
		char *text = reader->buffer + reader->begin;
		size_t window = held < LINE_SIZE_MAX ? held : LINE_SIZE_MAX;
		char *newline = memchr(text, '\n', window);
		if (!newline && held < LINE_SIZE_MAX && !reader->at_eof) {
			if (line_fill(reader, error, error_size) < 0)
				return -1;
			continue;
		}
		if (held == 0)
			return 0;
		if (reader->skipping) {
			reader->begin += newline ? (size_t)(newline - text) + 1 : window;
			reader->skipping = !newline;
			continue;
		}
		line->text = text;
		line->number = ++reader->number;
		line->too_long = !newline && held >= LINE_SIZE_MAX;
		line->length = newline ? (size_t)(newline - text) : window;
		reader->begin += line->length;
		if (newline)
			reader->begin++;
		if (line->too_long) {
			// The byte that gives way to the terminating zero is skipped anyway.
			reader->skipping = true;
			line->length--;
		}
		if (line->length > 0 && text[line->length - 1] == '\r')
			line->length--;
		text[line->length] = '\0';
		return 1;
	}
}

int line_next_block(struct line_reader *reader, const char **block, size_t *size, char *error,
	size_t error_size)
{
	if (reader->begin == reader->end && line_fill(reader, error, error_size) < 0)
		return -1;
	*block = reader->buffer + reader->begin;
	*size = reader->end - reader->begin;
	reader->begin = reader->end;
	return *size > 0;
}

void line_trim(struct line *line)
{
	while (line->length > 0 && strchr(" \t", line->text[line->length - 1]))
		line->length--;
	line->text[line->length] = '\0';
	size_t blanks = strspn(line->text, " \t");
	line->text += blanks;
	line->length -= blanks;
}
