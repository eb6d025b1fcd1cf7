// SPDX-License-Identifier: BSD-3-Clause
#include "control/archive.h"

#include "control/store/audit.h"
#include "control/store/indicators.h"
#include "control/store/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int read_setting_number(struct store *store, const char *name, uint64_t *number)
{
	struct setting setting;
	const int found = store_setting_get(store, name, &setting);

	if (found == 1)
		*number = strtoull(setting.value, NULL, 10);
	return found < 0 ? -1 : 0;
}

static int read_rows(struct store *store, const struct config *config, struct archive *archive)
{
	for (size_t i = 0; i < archive->intake->count; i++) {
		const char *feed = config->feeds[i].name;
		struct feed_rows rows = {0};
		int found = store_feed_read(store, FEED_SLOT_CURRENT, feed, (uint16_t)i,
			&rows.catalogue, &rows.loaded_ns, &rows.load);

		if (found < 0)
			return -1;
		if (found == 1)
			intake_restore(archive->intake, i, rows);
		found = store_feed_read(store, FEED_SLOT_PREVIOUS, feed, (uint16_t)i,
			&archive->previous[i].catalogue, &archive->previous[i].loaded_ns,
			&archive->previous[i].load);
		if (found < 0)
			return -1;
		archive->has_previous |= found == 1;
	}
	return 0;
}

int archive_read(struct store *store, const struct config *config, struct archive *archive)
{
	uint64_t rolled_back = 0;

	if (read_setting_number(store, SETTING_GENERATION_NUMBER, &archive->last_number) < 0 ||
		read_setting_number(store, SETTING_ROLLED_BACK, &rolled_back) < 0 ||
		read_rows(store, config, archive) < 0)
		return -1;
	archive->rolled_back = rolled_back != 0;
	return 0;
}

static int write_rows(struct store *store, const struct archive *archive, const atomic_bool *stop)
{
	for (size_t i = 0; i < archive->intake->count; i++) {
		struct intake_feed *feed = &archive->intake->feeds[i];

		if (feed->rows.catalogue == NULL || feed->rows.load != 0)
			continue;
		if (store_feed_save(store, feed->config->name, feed->rows.catalogue,
			    feed->rows.loaded_ns, stop, &feed->rows.load) < 0)
			return -1;
	}
	return 0;
}

static int write_sets(
	struct store *store, const struct config *config, const struct archive *archive)
{
	const size_t count = archive->intake->count;
	struct feed_reference *current = calloc(2 * count + 1, sizeof(*current));
	struct feed_reference *previous = current == NULL ? NULL : current + count;
	int result;

	if (current == NULL)
		return store_set_error(store, "no memory to save the lists");
	for (size_t i = 0; i < count; i++) {
		const char *feed = config->feeds[i].name;

		current[i] = (struct feed_reference){feed, archive->intake->feeds[i].rows.load};
		previous[i] = (struct feed_reference){feed, archive->previous[i].load};
	}
	result = store_feed_switch(store, current, previous, count);
	free(current);
	return result;
}

int archive_write(struct store *store, const struct config *config, const struct archive *archive,
	const atomic_bool *stop)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRIu64, archive->last_number);
	if (write_rows(store, archive, stop) < 0 || write_sets(store, config, archive) < 0 ||
		store_setting_set(store, SETTING_GENERATION_NUMBER, number, AUDIT_SELF) < 0 ||
		store_setting_set(store, SETTING_ROLLED_BACK, archive->rolled_back ? "1" : "0",
			AUDIT_SELF) < 0)
		return -1;
	return store_feed_prune(store, stop);
}
