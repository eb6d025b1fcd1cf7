// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Domain names in lists: host names by RFC 1123 section 2.1 in ASCII (A-labels, RFC 5890), with
// underscores, which malware registers too. At least two labels; the last is not a number, so that
// a misspelt address is never taken for a name. Pure.

#include <stdbool.h>

#define DOMAIN_SIZE 254 // RFC 1035 section 2.3.4, as text, with the terminating zero

// Writes the name in lower case, without a final dot. false: no domain name.
bool domain_parse(const char *text, char domain[DOMAIN_SIZE]);
