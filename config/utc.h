// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Moments as nanoseconds of UTC since the epoch, and their text: RFC 3339 section 5.6 with offset
// Z. Any thread; no allocation.

#include <stdint.h>

#define UTC_NS_PER_S   UINT64_C(1000000000)
#define UTC_NS_PER_DAY (UTC_NS_PER_S * 86400) // UTC has no other days here
#define UTC_TEXT_SIZE  sizeof("2262-04-11T23:47:16.854775807Z")

uint64_t utc_now_ns(void);

// `digits` of the second's fraction, 0 to 9; the rest is cut off, never rounded up into a moment
// that had not come yet.
void utc_format(uint64_t ns, unsigned digits, char text[UTC_TEXT_SIZE]);
