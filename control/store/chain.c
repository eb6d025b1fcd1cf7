// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/chain.h"

#include <sodium.h>
#include <sqlite3.h>

#include <endian.h>

_Static_assert(CHAIN_HASH_SIZE == crypto_hash_sha256_BYTES, "SHA-256");

static void add_number(crypto_hash_sha256_state *state, int64_t number)
{
	const uint64_t bytes = htobe64((uint64_t)number);

	crypto_hash_sha256_update(state, (const uint8_t *)&bytes, sizeof(bytes));
}

static void add_text(crypto_hash_sha256_state *state, const struct chain_text *text)
{
	const uint32_t size = htobe32((uint32_t)text->size);

	crypto_hash_sha256_update(state, (const uint8_t *)&size, sizeof(size));
	if (text->size > 0)
		crypto_hash_sha256_update(state, text->bytes, text->size);
}

void chain_hash(const uint8_t previous[CHAIN_HASH_SIZE], const struct chain_link *link,
	uint8_t hash[CHAIN_HASH_SIZE])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, previous, CHAIN_HASH_SIZE);
	add_number(&state, link->id);
	add_number(&state, link->at_ns);
	add_text(&state, &link->actor);
	add_text(&state, &link->action);
	add_text(&state, &link->from);
	add_text(&state, &link->to);
	add_text(&state, &link->detail);
	crypto_hash_sha256_final(&state, hash);
}

void chain_format(const uint8_t hash[CHAIN_HASH_SIZE], char text[CHAIN_TEXT_SIZE])
{
	sodium_bin2hex(text, CHAIN_TEXT_SIZE, hash, CHAIN_HASH_SIZE);
}

static struct chain_text text_of(sqlite3_value *value)
{
	// In this order: asking for the text may convert it, and with it its size.
	const void *bytes = sqlite3_value_text(value);

	return (struct chain_text){bytes, (size_t)sqlite3_value_bytes(value)};
}

static void audit_hash(sqlite3_context *context, int count, sqlite3_value **values)
{
	uint8_t hash[CHAIN_HASH_SIZE];
	struct chain_link link;

	(void)count;
	if (sqlite3_value_type(values[0]) != SQLITE_BLOB ||
		sqlite3_value_bytes(values[0]) != CHAIN_HASH_SIZE) {
		sqlite3_result_error(context, "audit_hash: the previous hash is no SHA-256", -1);
		return;
	}
	link = (struct chain_link){
		.id = sqlite3_value_int64(values[1]),
		.at_ns = sqlite3_value_int64(values[2]),
		.actor = text_of(values[3]),
		.action = text_of(values[4]),
		.from = text_of(values[5]),
		.to = text_of(values[6]),
		.detail = text_of(values[7]),
	};
	chain_hash(sqlite3_value_blob(values[0]), &link, hash);
	sqlite3_result_blob(context, hash, sizeof(hash), SQLITE_TRANSIENT);
}

int chain_register(struct sqlite3 *database)
{
	return sqlite3_create_function_v2(database, "audit_hash", 8,
		       SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, audit_hash, NULL, NULL,
		       NULL) == SQLITE_OK
		       ? 0
		       : -1;
}
