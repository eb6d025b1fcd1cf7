// SPDX-License-Identifier: BSD-3-Clause

// Bytes → a list reader, or detection. What a reader delivers must keep row.h's promises.

#include "control/feed/feed.h"
#include "control/feed/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void accept_row(void *context, uint32_t line, const struct feed_row *row)
{
	(void)context;
	require(line > 0 && row->level >= 1 && row->level <= 4 && row->confidence <= 100);
	require(!row->is_domain || row->domain);
	require(row->first_seen_s >= 0 && row->last_seen_s >= 0 && row->valid_until_s >= 0);
	require(row->max_action < ACTION_COUNT);
	const char *const texts[] = {
		row->domain, row->family, row->country, row->asn, row->source, row->reference};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		require(!texts[i] || text_valid(texts[i]));
}

static void reject_row(void *context, uint32_t line, enum feed_reason reason, const char *text)
{
	char shown[64];
	(void)context;
	require(line > 0 && reason < FEED_REASON_COUNT);
	require(text_valid(text_show(text, shown, sizeof(shown))));
}

static void notice(void *context, uint32_t line, const char *text)
{
	(void)context;
	require(line > 0 && text_valid(text));
}

// A table that has every column, by number and by name.
static const struct list_table *table_of(bool header)
{
	static const char *const numbers[LIST_COLUMN_COUNT] = {
		"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"};
	static char time_format[] = "YYYY/MM/DD hh:mm:ss";
	static struct list_table table;
	table = (struct list_table){.separator = header ? '\t' : ',', .header = header};
	for (enum list_column i = 0; i < LIST_COLUMN_COUNT; i++)
		table.columns[i] = (char *)(header ? list_column_name(i) : numbers[i]);
	if (!header)
		table.time_format = time_format;
	return &table;
}

// The first byte chooses the format, and of its highest bit a table's form.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct feed_sink sink = {NULL, accept_row, reject_row, notice};
	char path[32], error[512] = "";
	enum feed_format found;
	if (size == 0)
		return 0;
	const struct feed_options options = {
		.format = (enum feed_format)(data[0] & 0x7f) % FEED_FORMAT_COUNT,
		.level = 1 + (data[0] & 3),
		.table = table_of(data[0] & 0x80),
		.categories = data[0] & 0x80 ? UINT64_C(1) << 7 : 0,
	};
	int fd = memfd_create("list", MFD_CLOEXEC);
	require(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)size - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (feed_read(path, &options, &sink, &found, error, sizeof(error)) < 0)
		require(error[0] != '\0' && !strchr(error, '\n'));
	close(fd);
	return 0;
}
