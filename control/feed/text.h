// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Text from outside, before it reaches a terminal, JSON or the store: UTF-8 (RFC 3629) without
// control characters. Pure.

#include <stdbool.h>
#include <stddef.h>

bool text_valid(const char *text);

// Writes `text` so that it can be shown: what is not valid becomes \xNN, what does not fit `size`
// is cut at a character's end. Returns `shown`.
const char *text_show(const char *text, char *shown, size_t size);
