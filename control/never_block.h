// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The files of `never_block`: what no list may name, and which line of which file says so.
//
// A file is text, one address, prefix or domain a line with `#` comments, or a MISP warninglist
// (warninglist.h), told apart by content. A domain protects itself and everything below it; in a
// warninglist of type "string", itself alone. Filled by one thread, sealed once, then read by any.

#include "config/address.h"

#include <sodium.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEVER_BLOCK_ENTRIES_MAX 4000000u // of all files: a bound on memory, some 400 MB
#define NEVER_BLOCK_TEXT_SIZE   512

struct never_block;

struct never_block *never_block_create(void);     // NULL only when memory is out
void never_block_free(struct never_block *never); // NULL is allowed

// Adds the file's entries. -1 with one line (file, line, value, what would be right) in `error`.
int never_block_read(struct never_block *never, const char *path, char *error, size_t error_size);
bool never_block_seal(struct never_block *never); // false only when memory is out

// What protects it: "FILE:LINE 198.51.100.0/24 (name of the warninglist)" in `text`, which may be
// NULL. false: nothing.
bool never_block_protects(const struct never_block *never, const struct address *address,
	char text[NEVER_BLOCK_TEXT_SIZE]);
// `domain` as domain_parse writes it.
bool never_block_protects_domain(
	const struct never_block *never, const char *domain, char text[NEVER_BLOCK_TEXT_SIZE]);

size_t never_block_files(const struct never_block *never);
size_t never_block_prefixes(const struct never_block *never);
size_t never_block_domains(const struct never_block *never);

// SHA-256 of all entries and where they come from, in the order of reading.
void never_block_digest(const struct never_block *never, uint8_t digest[crypto_hash_sha256_BYTES]);
