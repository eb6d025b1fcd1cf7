// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A server as people write it, into a request: "ADDRESS", "ADDRESS:PORT" or "[V6]:PORT"; one of its
// services with "/tcp" or "/udp" behind that.

#include <jansson.h>

#include <stdbool.h>

// Sets "address" and, if it is said, "port". false: it is neither, or memory is out.
bool endpoint_query_add(json_t *request, const char *text);

// Also "transport", if it is said.
bool endpoint_query_add_service(json_t *request, const char *text);
