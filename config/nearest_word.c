// SPDX-License-Identifier: BSD-3-Clause
#include "config/nearest_word.h"

#include <string.h>

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

// One row of the matrix at a time. Both words are shorter than NEAREST_WORD_SIZE_MAX.
static size_t edits_count(const char *from, const char *to)
{
	size_t row[NEAREST_WORD_SIZE_MAX];
	size_t width = strlen(to);

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 1; from[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			size_t above = row[j];
			size_t change = diagonal + (from[i - 1] != to[j - 1]);

			row[j] = least(change, least(above, row[j - 1]) + 1);
			diagonal = above;
		}
	}
	return row[width];
}

void nearest_word_begin(struct nearest_word *nearest, const char *written)
{
	*nearest = (struct nearest_word){
		.written = written,
		.edits = NEAREST_WORD_EDITS_MAX + 1,
	};
}

void nearest_word_offer(struct nearest_word *nearest, const char *word)
{
	size_t edits;

	if (strlen(nearest->written) >= NEAREST_WORD_SIZE_MAX ||
		strlen(word) >= NEAREST_WORD_SIZE_MAX)
		return;
	edits = edits_count(nearest->written, word);
	if (edits < nearest->edits && edits < strlen(word)) {
		nearest->word = word;
		nearest->edits = edits;
	}
}
