// SPDX-License-Identifier: BSD-3-Clause
#include "config/utc.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DIGITS_MAX 9u

uint64_t utc_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * UTC_NS_PER_S + (uint64_t)now.tv_nsec;
}

void utc_format(uint64_t ns, unsigned digits, char text[UTC_TEXT_SIZE])
{
	const time_t seconds = (time_t)(ns / UTC_NS_PER_S);
	char fraction[DIGITS_MAX + 1];
	struct tm parts;
	size_t length;

	assert(digits <= DIGITS_MAX);
	gmtime_r(&seconds, &parts);
	length = strftime(text, UTC_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	if (digits > 0) {
		snprintf(fraction, sizeof(fraction), "%09u", (unsigned)(ns % UTC_NS_PER_S));
		text[length++] = '.';
		memcpy(&text[length], fraction, digits);
		length += digits;
	}
	text[length] = 'Z';
	text[length + 1] = '\0';
}
