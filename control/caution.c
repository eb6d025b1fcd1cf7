// SPDX-License-Identifier: BSD-3-Clause
#include "control/caution.h"

#include "config/log.h"
#include "control/store/audit.h"
#include "control/store/disarmed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// More entries than this at once are told of by their number.
#define TOLD_MAX 64

#define DETAIL_SIZE 512

int caution_open(struct caution *caution, struct store *store)
{
	*caution = (struct caution){.store = store};
	caution->overblock = store_disarmed_read(store);
	caution->stored = store_novelty_read(store);
	return caution->overblock == NULL || caution->stored == NULL ? -1 : 0;
}

static void free_stored(struct caution *caution)
{
	if (caution->stored != caution->novelty)
		free(caution->stored);
	caution->stored = NULL;
}

void caution_close(struct caution *caution)
{
	free_stored(caution);
	free(caution->novelty);
	overblock_release(caution->overblock);
	*caution = (struct caution){0};
}

void caution_adopt(struct caution *caution, struct novelty *novelty)
{
	if (caution->novelty != caution->stored)
		free(caution->novelty);
	caution->novelty = novelty;
	caution->accounted_ns = caution->overblock->accounted_ns;
}

// Puts `made` in the place of what is, once it is stored. Takes it over; NULL: memory is out.
static int replace(struct caution *caution, struct overblock *made)
{
	if (made == NULL)
		return store_set_error(caution->store, "no memory for what is disarmed");
	if (store_disarmed_write(caution->store, caution->overblock, made) < 0) {
		overblock_release(made);
		return -1;
	}
	overblock_release(caution->overblock);
	caution->overblock = made;
	return 0;
}

// Tells of the entries of `made` that are not in `before`.
static void audit_disarmed(
	struct caution *caution, const struct overblock *before, const struct overblock *made)
{
	char text[DISARMED_TEXT_SIZE], detail[DETAIL_SIZE];
	size_t told = 0, untold = 0;

	for (size_t i = 0; i < made->count; i++) {
		if (overblock_find(before, &made->disarmed[i].key) != NULL)
			continue;
		if (told++ >= TOLD_MAX) {
			untold++;
			continue;
		}
		disarmed_format(&made->disarmed[i], text);
		log_warning("disarmed: %s", text);
		(void)store_audit_add(
			caution->store, AUDIT_SELF, "disarm", "armed", "disarmed", text);
	}
	if (untold == 0)
		return;
	snprintf(detail, sizeof(detail), "%zu more entries", untold);
	log_warning("disarmed: %s", detail);
	(void)store_audit_add(caution->store, AUDIT_SELF, "disarm", "armed", "disarmed", detail);
}

int caution_disarm(struct caution *caution, const struct message_disarmed *told, uint32_t count)
{
	struct overblock *before;
	int result;

	if (!overblock_is_news(caution->overblock, told, count))
		return 0;
	before = overblock_hold(caution->overblock);
	result = replace(
		caution, overblock_disarm(caution->overblock, told, count, caution->novelty));
	if (result == 0)
		audit_disarmed(caution, before, caution->overblock);
	overblock_release(before);
	return result < 0 ? -1 : 1;
}

static void audit_armed(struct caution *caution, const struct disarmed *last, size_t count,
	const char *actor, const char *note)
{
	char text[DISARMED_TEXT_SIZE], detail[DETAIL_SIZE];

	if (count == 1)
		disarmed_format(last, text);
	else
		snprintf(text, sizeof(text), "%zu entries", count);
	snprintf(detail, sizeof(detail), "%s%s%s", text, note[0] == '\0' ? "" : "; ", note);
	log_info("armed: %s, %s", detail, actor);
	(void)store_audit_add(caution->store, actor, "arm", "disarmed", "armed", detail);
}

// The novelty in force apart from the stored one, which is to stay as it is stored. false: no
// memory.
static bool separate(struct caution *caution)
{
	const struct novelty *stored = caution->stored;
	struct novelty *copy;
	size_t size;

	if (caution->novelty == NULL || caution->novelty != stored)
		return true;
	size = sizeof(*stored) + stored->count * sizeof(stored->known[0]);
	copy = malloc(size);
	if (copy == NULL)
		return false;
	memcpy(copy, stored, size);
	caution->novelty = copy;
	return true;
}

int64_t caution_arm(struct caution *caution, const struct disarmed_choice *choice,
	const char *actor, const char *note)
{
	struct overblock *before = overblock_hold(caution->overblock);
	const struct disarmed *last = NULL;
	int64_t count = 0;

	for (size_t i = 0; i < before->count; i++) {
		if (!overblock_chosen(choice, &before->disarmed[i]))
			continue;
		last = &before->disarmed[i];
		count++;
	}
	if (count > 0 && !separate(caution))
		count = store_set_error(caution->store, "no memory for what is known");
	if (count > 0 && replace(caution, overblock_arm(before, choice)) < 0)
		count = -1;
	if (count > 0) {
		for (size_t i = 0; caution->novelty != NULL && i < before->count; i++)
			if (overblock_chosen(choice, &before->disarmed[i]))
				novelty_settle(caution->novelty, &before->disarmed[i].key);
		audit_armed(caution, last, (size_t)count, actor, note);
	}
	overblock_release(before);
	return count;
}

int caution_save(struct caution *caution)
{
	if (caution->novelty == NULL || caution->novelty == caution->stored)
		return 0;
	if (store_novelty_write(caution->store, caution->stored, caution->novelty) < 0)
		return -1;
	free_stored(caution);
	caution->stored = caution->novelty;
	return 0;
}
