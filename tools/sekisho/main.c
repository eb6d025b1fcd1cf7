// SPDX-License-Identifier: BSD-3-Clause

// sekisho: finds the subcommand and hands over.

#include "tools/sekisho/command.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct command {
	const char *name; // as typed, words separated by one blank
	int (*main)(int argc, char **argv);
};

static const struct command commands[] = {
	{"replay", replay_main},
	{"decode", decode_main},
	{"list check", list_check_main},
	{"check-config", check_config_main},
	{"status", status_main},
	{"top", top_main},
	{"subscribers", subscribers_main},
	{"contacts", contacts_main},
	{"bindings", bindings_main},
	{"mode", mode_main},
	{"trial start", trial_start_main},
	{"trial change", trial_change_main},
	{"trial end", trial_end_main},
	{"trial show", trial_show_main},
	{"trial list", trial_list_main},
	{"report effect", report_effect_main},
	{"guard ack", guard_ack_main},
	{"guard", guard_main},
	{"audit verify", audit_verify_main},
	{"audit", audit_main},
	{"list load", list_load_main},
	{"list diff", list_diff_main},
	{"list show", list_show_main},
	{"list rollback", list_rollback_main},
	{"policy explain", policy_explain_main},
	{NULL, NULL},
};

// Longest full name: "sekisho " and a command of two words.
#define NAME_SIZE 64

static const char help[] =
	"sekisho: in-line C&C matching for ISPs\n"
	"\n"
	"Offline:\n"
	"  sekisho replay [--list [FORMAT:]FILE]... [--level N] [--subscribers PREFIX]...\n"
	"                 [--mode M] [--config FILE] [--write OUT.pcap] [--json] CAPTURE...\n"
	"  sekisho decode [--subscribers PREFIX]... [--subscriber-key K] [--config FILE]\n"
	"                 [--json] CAPTURE...\n"
	"  sekisho list check [--format F] [--level N] [--config FILE] [--json] FILE...\n"
	"  sekisho check-config [FILE]\n"
	"\n"
	"On a running sekisho-control:\n"
	"  sekisho status [--json]                 rates, mode, lists, what is not well\n"
	"  sekisho top                             the same, live\n"
	"  sekisho subscribers [FILTER...] [--json]\n"
	"                                          who is infected, by what, how sure\n"
	"  sekisho contacts [FILTER...] [--json]   who talked to which listed server\n"
	"      FILTER: --subscriber ID|ADDRESS|PREFIX, --since TIME, --until TIME, --family F,\n"
	"              --evidence E, --limit N\n"
	"  sekisho bindings [ADDRESS] [--at TIME] [--subscriber NAME] [--limit N] [--json]\n"
	"                                          who holds, or held, an address\n"
	"  sekisho mode [alert|shadow|enforce]     show it, or set it\n"
	"  sekisho trial start NAME --per-mille N [--note TEXT]\n"
	"                                          enforce for that share only, count the rest\n"
	"  sekisho trial change --per-mille N | trial end\n"
	"  sekisho trial show [NAME] | trial list  [--json]\n"
	"  sekisho report effect [--trial NAME | --before DAYS --after DAYS] [--quiet-days N]\n"
	"                 [--json|--csv]           what enforcement changes; DAYS: FROM..TO\n"
	"  sekisho guard [--limit N] [--json]      which entries touched too much and only alert\n"
	"  sekisho guard ack ADDRESS[:PORT] | --all [--note TEXT]\n"
	"                                          let them act again\n"
	"  sekisho audit [--limit N] [--json]      who changed what, and when\n"
	"  sekisho audit verify [--file DATABASE]  whether that record was tampered with\n"
	"  sekisho list load [--force] [FEED...]   read the feeds again\n"
	"  sekisho list diff [--json]              what a load would change\n"
	"  sekisho list show [ADDRESS[:PORT]] [--limit N] [--json]\n"
	"  sekisho list show --quarantined [ADDRESS|DOMAIN] [--limit N] [--json]\n"
	"                                          what no list may name, and what protects it\n"
	"  sekisho list rollback                   the list before this one, until the next load\n"
	"  sekisho policy explain ADDRESS[:PORT][/tcp|/udp] [--subscriber ID|ADDRESS] [--json]\n"
	"                                          what would be done about it now, and why\n"
	"\n"
	"  These take --socket PATH, or --config FILE to find it; else SEKISHO_SOCKET, else\n"
	"  /run/sekisho/control.sock.\n"
	"\n"
	"Exit status: 0 done; 1 done, and what was asked about is not well; 2 could not run.\n"
	"sekisho(1) says more.\n";

// Whether the words of `name` are the first arguments; how many they are.
static int words_match(const char *name, int argc, char **argv)
{
	int words = 0;

	for (;;) {
		const char *end = strchrnul(name, ' ');
		const size_t length = (size_t)(end - name);

		if (words == argc || strlen(argv[words]) != length ||
			memcmp(argv[words], name, length) != 0)
			return 0;
		words++;
		if (*end == '\0')
			return words;
		name = end + 1;
	}
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs(help, stderr);
		return COMMAND_FAILED;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		fputs(help, stdout);
		return COMMAND_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("sekisho " SEKISHO_VERSION);
		return COMMAND_OK;
	}
	for (const struct command *command = commands; command->name != NULL; command++) {
		const int words = words_match(command->name, argc - 1, argv + 1);
		char name[NAME_SIZE];

		if (words == 0)
			continue;
		snprintf(name, sizeof(name), "sekisho %s", command->name);
		argv[words] = name;
		return command->main(argc - words, argv + words);
	}
	fprintf(stderr, "sekisho: %s: no such command; sekisho --help lists them\n", argv[1]);
	return COMMAND_FAILED;
}
