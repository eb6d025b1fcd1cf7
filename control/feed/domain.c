// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/domain.h"

#include <stddef.h>
#include <string.h>

#define LABEL_LENGTH_MAX 63u // RFC 1035 section 2.3.4

static bool label_valid(const char *label, size_t length)
{
	return length > 0 && length <= LABEL_LENGTH_MAX && label[0] != '-' &&
	       label[length - 1] != '-' &&
	       strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") >= length;
}

bool domain_parse(const char *text, char domain[DOMAIN_SIZE])
{
	size_t length = strlen(text);
	if (length > 0 && text[length - 1] == '.')
		length--;
	if (length == 0 || length >= DOMAIN_SIZE)
		return false;
	for (size_t i = 0; i < length; i++)
		domain[i] =
			(char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
	domain[length] = '\0';

	const char *label = domain;
	for (unsigned labels = 1;; labels++) {
		size_t size = strcspn(label, ".");
		if (!label_valid(label, size))
			return false;
		if (label[size] == '\0')
			return labels > 1 && strspn(label, "0123456789") < size;
		label += size + 1;
	}
}
