// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/exchange.h"

#include "tools/sekisho/answer.h"
#include "tools/sekisho/client.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/shown_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COMPLAINT_SIZE 1024

void exchange_complain(const struct live_options *options, const char *text)
{
	char shown[COMPLAINT_SIZE];

	shown_text(text, sizeof(shown), shown, sizeof(shown));
	fprintf(stderr, "%s: %s\n", options->program, shown);
}

json_t *exchange(const struct live_options *options, json_t *request, int timeout_ms)
{
	char error[CLIENT_ERROR_SIZE];
	struct client *client = client_connect(options->socket, CLIENT_TIMEOUT_MS, error);
	json_t *answer = NULL;

	if (client == NULL) {
		exchange_complain(options, error);
		goto release_request;
	}
	answer = client_ask(client, request, timeout_ms);
	if (answer == NULL) {
		exchange_complain(options, client_error(client));
	} else if (answer_known(answer, "error")) {
		exchange_complain(options, answer_text_or(answer, "error", "refused"));
		json_decref(answer);
		answer = NULL;
	}
	client_close(client);
release_request:
	json_decref(request);
	return answer;
}

int exchange_end(const struct live_options *options, json_t *answer, int status)
{
	// On a terminal nothing but ASCII: JSON lets the control characters beyond it through.
	const size_t flags = isatty(STDOUT_FILENO) == 1 ? JSON_ENSURE_ASCII : 0;
	bool written = true;

	if (options->json)
		written = json_dumpf(answer, stdout, JSON_INDENT(1) | flags) == 0 &&
			  putchar('\n') != EOF;
	json_decref(answer);
	if (fflush(stdout) == 0 && ferror(stdout) == 0 && written)
		return status;
	fprintf(stderr, "%s: output: %s\n", options->program, strerror(errno));
	return COMMAND_FAILED;
}
