// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// {"error": text}: what every request may be answered with.

#include <jansson.h>

// NULL only when memory is out.
json_t *error_json(const char *format, ...) __attribute__((format(printf, 1, 2)));
