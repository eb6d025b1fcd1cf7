// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The command's end of the control plane's socket (control/api.h): one request, one answer.

#include "tools/sekisho/client_options.h"

#include <jansson.h>

#define CLIENT_PROBLEM_SIZE 512
// Lists may have to be read, merged, compiled and handed over first.
#define CLIENT_LIST_TIMEOUT_S 120

// Asks (and releases `request`, which may be NULL: no memory). The answer is the caller's; NULL:
// one line has been printed to stderr. Never takes longer than `timeout_s`, connecting included,
// whatever the other side does.
json_t *client_ask(const char *socket, json_t *request, int timeout_s);

// As client_ask, for whoever watches: gives up as soon as `interrupt_fd` can be read or a signal
// arrives. Prints nothing: NULL with one printable line in `problem`, which is empty if it was
// interrupted.
json_t *client_watch(const char *socket, json_t *request, int timeout_s, int interrupt_fd,
	char problem[CLIENT_PROBLEM_SIZE]);

// As client_ask with the time-out of an ordinary request, which prints errors.
json_t *client_request(const struct client_options *options, json_t *request);
