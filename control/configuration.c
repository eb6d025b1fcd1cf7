// SPDX-License-Identifier: BSD-3-Clause
#include "control/configuration.h"

#include "control/store/audit.h"
#include "control/store/settings.h"

#include <sodium.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

int configuration_digest(
	const char *path, char digest[CHAIN_TEXT_SIZE], char *error, size_t error_size)
{
	FILE *file = fopen(path, "re");
	crypto_hash_sha256_state state;
	uint8_t buffer[4096], hash[CHAIN_HASH_SIZE];
	size_t size;
	bool failed;

	if (file == NULL) {
		snprintf(error, error_size, "%s: cannot be opened: %s", path, strerror(errno));
		return -1;
	}
	crypto_hash_sha256_init(&state);
	while ((size = fread(buffer, 1, sizeof(buffer), file)) > 0)
		crypto_hash_sha256_update(&state, buffer, size);
	failed = ferror(file);
	fclose(file);
	if (failed) {
		snprintf(error, error_size, "%s: cannot be read", path);
		return -1;
	}
	crypto_hash_sha256_final(&state, hash);
	chain_format(hash, digest);
	return 0;
}

static int add(struct store *store, const struct config *config, const char *from, const char *to)
{
	const enum action *caps = config->policy.caps;
	char detail[512];

	snprintf(detail, sizeof(detail),
		"%.256s: mode %s; policy of %zu entries; level 1 at most %s, 2 %s, 3 %s, 4 %s; "
		"%zu feeds",
		config->path, mode_name(config->mode), config->policy.entry_count,
		action_name(caps[1]), action_name(caps[2]), action_name(caps[3]),
		action_name(caps[4]), config->feed_count);
	if (store_begin(store) < 0)
		return -1;
	if (store_setting_set(store, SETTING_CONFIGURATION, to, AUDIT_SELF) < 0 ||
		store_audit_add(store, AUDIT_SELF, "configuration", from, to, detail) < 0 ||
		store_commit(store) < 0) {
		store_rollback(store);
		return -1;
	}
	return 0;
}

int configuration_note(struct store *store, const struct config *config, const char *digest)
{
	struct setting last = {0};

	if (store_setting_get(store, SETTING_CONFIGURATION, &last) < 0)
		return -1;
	return strcmp(last.value, digest) == 0 ? 0 : add(store, config, last.value, digest);
}
