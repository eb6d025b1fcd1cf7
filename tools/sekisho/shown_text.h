// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Text that came from elsewhere (a list's family, a path, a daemon's words) → text that a terminal
// may be given.
//
// Families and sources are written by whoever publishes a list, so they must not be able to move
// the cursor, change colours or turn the order of characters around. What is no visible character
// of the locale becomes \xNN, byte by byte: control characters of both sets (ECMA-48), what is not
// UTF-8, characters of no width (the bidirectional controls are among them), and in a locale that
// is not UTF-8 everything beyond ASCII, because there its bytes could mean anything.
//
// The caller has set LC_CTYPE (setlocale(3)). One thread.

#include <stdbool.h>
#include <stddef.h>

// Whether the locale is UTF-8.
bool shown_text_unicode(void);

// Writes as much of `text` as fits into `size` bytes and `columns` columns, cut between characters.
// Returns the columns used.
size_t shown_text(const char *text, size_t columns, char *shown, size_t size);

// The columns that a text takes that was already made to be shown.
size_t shown_text_columns(const char *shown);
