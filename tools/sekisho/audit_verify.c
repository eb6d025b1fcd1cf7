// SPDX-License-Identifier: BSD-3-Clause

// sekisho audit verify: by the running control plane, or from a database alone.

#include "control/report/audit.h"
#include "control/store/audit.h"
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <sodium.h>

#include <stdio.h>

// NULL: it has been said why.
static json_t *verify_file(const char *name, const char *path)
{
	struct audit_proof proof;
	char error[512];
	struct store *store;
	json_t *answer = NULL;

	if (sodium_init() < 0) {
		fprintf(stderr, "%s: libsodium cannot be used\n", name);
		return NULL;
	}
	store = store_open_read_only(path, error, sizeof(error));
	if (store && store_audit_prove(store, &proof) == 0)
		answer = audit_proof_json(&proof);
	else
		fprintf(stderr, "%s: %s\n", name, store ? store_error(store) : error);
	store_close(store);
	return answer;
}

static void print_proof(const json_t *proof)
{
	const json_int_t cut = client_number(proof, "cut");

	printf("%lld entries, unbroken since %s", client_number(proof, "entries"),
		client_text(proof, "since"));
	if (cut > 0)
		printf(" (%lld older ones were cut)", cut);
	printf("; head %s\n", client_text(proof, "head"));
}

int audit_verify_main(int argc, char **argv)
{
	struct client_options options;
	json_t *answer;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_FILE, 0,
		    "[--file DATABASE] [--json] [--socket PATH | --config FILE]", &options,
		    &status))
		return status;
	answer = options.file
			 ? verify_file(argv[0], options.file)
			 : client_ask(options.socket, json_pack("{ss}", "command", "audit-verify"),
				   CLIENT_LIST_TIMEOUT_S);
	status = answer ? client_say_problem(argv[0], answer) : COMMAND_FAILED;
	if (answer && options.json)
		client_print_json(answer);
	else if (status == COMMAND_OK)
		print_proof(answer);
	json_decref(answer);
	client_options_free(&options);
	return status;
}
