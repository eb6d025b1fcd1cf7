// SPDX-License-Identifier: BSD-3-Clause

// Bytes → mapping and CGN files, all the way to what a generation carries: ranges in order,
// disjoint, with flags. Every key that a row names gets a subscriber, be it its own text.

#include "control/feed/text.h"
#include "control/subscriber/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct config config = {
	.links = {{.name = "edge0"}, {.name = "edge1"}},
	.link_count = 2,
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void refused(void *context, const struct table_refusal *refusal)
{
	(void)context;
	require(refusal->line > 0 && text_valid(refusal->value) && refusal->reason[0] != '\0');
}

static const struct table_listener listener = {.refused = refused};

static void check_ranges(const struct mapping *mapping)
{
	const size_t count = mapping_range_count(mapping);
	struct range range, before;
	bool mapped;

	for (size_t i = 0; i < count; i++) {
		mapping_range_at(mapping, i, &range, &mapped);
		require(range_point_compare(&range.first, &range.last) <= 0);
		if (i > 0)
			require(range_point_compare(&before.last, &range.first) < 0);
		before = range;
	}
	require(count == 0 || !mapped); // the last one is a gap
}

static void check_flagged(const struct flagged *flagged)
{
	for (size_t i = 0; i < flagged->count; i++) {
		const struct generation_subscriber *range = &flagged->ranges[i];
		const struct range_point first = {range->first, range->first_port, range->kind};
		const struct range_point last = {range->last, range->last_port, range->kind};

		require(range->flags != 0 && (range->flags & ~SUBSCRIBER_FLAGS) == 0);
		require(range_point_compare(&first, &last) <= 0);
		if (i > 0) {
			const struct generation_subscriber *other = range - 1;
			const struct range_point end = {other->last, other->last_port, other->kind};

			require(range_point_compare(&end, &first) < 0);
		}
	}
}

static void check_rows(const struct mapping_file *file, const struct identity *identity)
{
	for (size_t i = 0; i < file->count; i++) {
		const struct mapping_row *row = &file->rows[i];
		const struct subscriber_key key = {.address = row->address, .kind = row->kind};
		struct identity_result result;

		require(text_valid(row->subscriber) && row->subscriber[0] != '\0');
		if (row->kind == MAPPING_NO_KEY)
			continue;
		identity_resolve(identity, NULL, &key, "edge0", 1, &result);
		require(result.subscriber[0] != '\0');
	}
}

static void check(struct mapping_file *file, struct cgn_file *cgn)
{
	static const struct config_subscribers no_rules;
	static const struct flagged_trial trial = {.cohort = {.trial = 1, .per_mille = 500}};
	struct mapping *mapping = mapping_create(&file, 1, &config, &listener);
	struct translation *translation = translation_create(&cgn, 1, &no_rules);
	struct identity *identity;
	struct flagged *flagged;
	char error[256] = "";

	require(mapping != NULL && translation != NULL);
	check_ranges(mapping);
	identity = identity_create(mapping, translation);
	require(identity != NULL);
	check_rows(file, identity);
	flagged = identity_flagged(identity, NULL, 0, &trial, error, sizeof(error));
	if (flagged != NULL)
		check_flagged(flagged);
	else
		require(error[0] != '\0');
	free(flagged);
	identity_release(identity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char pools[] = "inside,outside,first_port,last_port\n"
				    "100.64.0.0/24,203.0.113.0/30,1024,65535\n";
	struct mapping_file *file;
	struct cgn_file *cgn;
	char path[32], error[512];
	int fd = memfd_create("table", MFD_CLOEXEC);

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	file = mapping_file_read(path, &config, &listener, error, sizeof(error));
	cgn = cgn_file_read(path, &listener, error, sizeof(error));
	if (cgn == NULL) {
		require(error[0] != '\0' && strchr(error, '\n') == NULL);
		require(ftruncate(fd, 0) == 0 &&
			pwrite(fd, pools, sizeof(pools) - 1, 0) == (ssize_t)sizeof(pools) - 1);
		cgn = cgn_file_read(path, &listener, error, sizeof(error));
		require(cgn != NULL);
	}
	if (file != NULL)
		check(file, cgn);
	mapping_file_release(file);
	cgn_file_release(cgn);
	close(fd);
	return 0;
}
