// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The command's end of the control plane's socket; control/api.h says what is spoken there.
//
// One request at a time. Nothing blocks but client_connect and client_ask, and these only up to
// their limit, whatever the other side does: a full backlog, half an answer, silence. A call that
// fails leaves one line in client_error, and the client is good for nothing but client_close: what
// comes later might be the answer to an earlier question.

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

// More than any answer: a bound on memory, should it not be sekisho-control that answers.
#define CLIENT_ANSWER_MAX (UINT64_C(256) << 20) // bytes
#define CLIENT_ERROR_SIZE 512

// Whoever watches waits for so long, at most; lists may have to be read and compiled first.
#define CLIENT_TIMEOUT_MS      10000
#define CLIENT_LIST_TIMEOUT_MS 120000

struct client;

// NULL with one line in `error` that names the socket, what is wrong, and what to look at.
// `timeout_ms` is the longest wait for a control plane whose backlog is full; 0: none.
struct client *client_connect(const char *path, int timeout_ms, char error[CLIENT_ERROR_SIZE]);
void client_close(struct client *client); // NULL is allowed

// Sends `request`, a JSON object, which stays the caller's. false: failed.
bool client_send(struct client *client, const json_t *request);

// What poll(2) is to watch until the answer is there.
int client_fd(const struct client *client);
short client_events(const struct client *client);

// Does what can be done without waiting. 1: `*answer` is the caller's; 0: not yet; -1: failed.
int client_advance(struct client *client, json_t **answer);

// Sends `request` and waits for the answer. NULL: failed. What the control plane itself refuses is
// an answer with the member "error".
json_t *client_ask(struct client *client, const json_t *request, int timeout_ms);

const char *client_error(const struct client *client);
