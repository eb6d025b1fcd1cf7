// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The command's end of the control plane's socket (control/api.h): options that all such
// subcommands share, one request, one answer.

#include <jansson.h>

#include <stdbool.h>

// Which options a subcommand takes besides --socket, --config, --json and --help.
#define CLIENT_LIMIT       1u
#define CLIENT_FORCE       4u
#define CLIENT_NAME        8u // --subscriber alone
#define CLIENT_AT          16u
#define CLIENT_FILTER      32u // --subscriber, --since, --until, --family, --evidence
#define CLIENT_FILE        64u
#define CLIENT_QUARANTINED 128u
#define CLIENT_ALL         256u
#define CLIENT_NOTE        512u

struct client_options {
	char *socket; // client_options_free releases it
	bool json;
	bool force;
	json_int_t limit; // 0: not said
	// As typed; NULL: not said. See contact_query.h.
	const char *subscriber, *since, *until, *family, *evidence;
	const char *at;   // a time, as typed; NULL: not said
	const char *file; // NULL: not said
	const char *note; // NULL: not said
	bool quarantined;
	bool all;
	int operand_count;
	char **operands;
};

// Reads the arguments of a subcommand. false: the process is to end with `*status`, and why has
// been said.
bool client_options_parse(int argc, char **argv, unsigned allowed, int operands_max,
	const char *usage, struct client_options *options, int *status);
void client_options_free(struct client_options *options);

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

// Says on stderr why what was asked for is not in force, if the answer has a "problem". Returns the
// exit status.
int client_say_problem(const char *name, const json_t *answer);

// Prints an answer as it came; on a terminal in ASCII, because JSON leaves some control characters
// as they are.
void client_print_json(const json_t *answer);

// A member as text, fit for a terminal: lists are other people's words, so whatever is not
// printable becomes a question mark. "-" where there is none. Valid until the eighth call after.
const char *client_text(const json_t *object, const char *member);
json_int_t client_number(const json_t *object, const char *member); // 0 where there is none
// The number as text, or `otherwise` where there is none. Valid as long as what client_text gives.
const char *client_number_text(const json_t *object, const char *member, const char *otherwise);
double client_real(const json_t *object, const char *member); // an integer will do as well

// Does to any text what client_text does.
void client_make_printable(char *text);
