// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An operand that names what is listed: "ADDRESS", "ADDRESS:PORT", "[V6]:PORT".

#include <jansson.h>

#include <stdbool.h>

// Adds "address" and "port" to the request. false: the text is none of these.
bool endpoint_query_add(json_t *request, const char *text);
