// SPDX-License-Identifier: BSD-3-Clause
#include "control/chronicle.h"

#include "control/store/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// Hexadecimal digits of a digest that tell generations apart, as `sekisho status` shows.
#define DIGEST_DIGITS 12

static int read_setting(struct store *store, const char *name, char value[SETTING_VALUE_SIZE])
{
	struct setting setting;
	const int found = store_setting_get(store, name, &setting);

	if (found == 1)
		memcpy(value, setting.value, sizeof(setting.value));
	return found < 0 ? -1 : 0;
}

int chronicle_open(struct chronicle *chronicle, struct store *store)
{
	*chronicle = (struct chronicle){.store = store};
	if (read_setting(store, SETTING_GENERATION, chronicle->generation) < 0 ||
		read_setting(store, SETTING_GUARD, chronicle->guard) < 0)
		return -1;
	return 0;
}

static void name_generation(
	const struct generation_header *generation, char text[SETTING_VALUE_SIZE])
{
	char digest[CHAIN_TEXT_SIZE];

	chain_format(generation->digest, digest);
	snprintf(text, SETTING_VALUE_SIZE, "generation %" PRIu64 " %.*s", generation->number,
		DIGEST_DIGITS, digest);
}

// By its digest: the number may have been taken from a data plane that ran it before us.
static bool same_generation(const char *a, const char *b)
{
	const char *a_digest = strrchr(a, ' '), *b_digest = strrchr(b, ' ');

	return a_digest != NULL && b_digest != NULL && strcmp(a_digest, b_digest) == 0;
}

bool chronicle_is_news(
	const struct chronicle *chronicle, const struct generation_header *generation)
{
	char text[SETTING_VALUE_SIZE];

	name_generation(generation, text);
	return !same_generation(chronicle->generation, text);
}

// The change and the entry about it, or neither.
static int change(struct chronicle *chronicle, const char *setting, char value[SETTING_VALUE_SIZE],
	const char *to, const char *actor, const char *action, const char *detail)
{
	struct store *store = chronicle->store;

	if (store_begin(store) < 0)
		return -1;
	if (store_setting_set(store, setting, to, actor) < 0 ||
		store_audit_add(store, actor, action, value, to, detail) < 0 ||
		store_commit(store) < 0) {
		store_rollback(store);
		return -1;
	}
	memcpy(value, to, SETTING_VALUE_SIZE);
	return 0;
}

void chronicle_generation(struct chronicle *chronicle, const char *actor, const char *action,
	const struct generation_header *generation, const struct difference *difference, bool asked)
{
	char to[SETTING_VALUE_SIZE], detail[256];

	if (!asked && !chronicle_is_news(chronicle, generation))
		return;
	name_generation(generation, to);
	if (difference != NULL)
		snprintf(detail, sizeof(detail),
			"%" PRIu32 " rules; %zu indicators added, %zu removed, %zu changed",
			generation->service_count, difference->added, difference->removed,
			difference->changed);
	else
		snprintf(detail, sizeof(detail), "%" PRIu32 " rules", generation->service_count);
	(void)change(
		chronicle, SETTING_GENERATION, chronicle->generation, to, actor, action, detail);
}

void chronicle_refusal(const struct chronicle *chronicle, const char *actor, const char *problem)
{
	(void)store_audit_add(chronicle->store, actor, "refuse", "", "", problem);
}

void chronicle_guard(struct chronicle *chronicle, const char *actor, const struct guard *guard)
{
	char to[SETTING_VALUE_SIZE] = "", detail[256];
	uint8_t digest[GUARD_DIGEST_SIZE];
	struct guard_summary summary;

	guard_digest(guard, digest);
	chain_format(digest, to);
	if (strcmp(chronicle->guard, to) == 0)
		return;
	guard_summarize(guard, &summary);
	snprintf(detail, sizeof(detail), "%zu never-block files: %zu prefixes, %zu domains",
		summary.files, summary.prefixes, summary.domains);
	(void)change(chronicle, SETTING_GUARD, chronicle->guard, to, actor, "guard", detail);
}
