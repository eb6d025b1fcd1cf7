// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which of the words that would be right is the one somebody misspelt?
//
// Fewest single-character edits (Levenshtein 1966), at most two, and fewer than the word has
// letters; otherwise a suggestion misleads more than it helps. Pure; any thread.

#include <stddef.h>

#define NEAREST_WORD_EDITS_MAX 2
#define NEAREST_WORD_SIZE_MAX  64 // longer words are never near

struct nearest_word {
	const char *written;
	const char *word; // the nearest so far, or NULL
	size_t edits;
};

void nearest_word_begin(struct nearest_word *nearest, const char *written);
void nearest_word_offer(struct nearest_word *nearest, const char *word);
