// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/summary.h"

#include <ncurses.h>

#include <stdio.h>
#include <unistd.h>

#define REFRESH_MS  1000
#define ASK_SECONDS 2
#define SHOWN_ROWS  50

static int put_summary(const json_t *status)
{
	char line[SUMMARY_LINE_SIZE];
	int row = 0;

	for (size_t i = 0; row < LINES && summary_line(status, i, line); i++)
		mvaddnstr(row++, 0, line, COLS);
	return row;
}

static void put_contacts(const json_t *contacts, int row)
{
	const json_t *contact;
	char line[SUMMARY_LINE_SIZE];
	size_t index;

	json_array_foreach (contacts, index, contact) {
		if (++row >= LINES)
			return;
		snprintf(line, sizeof(line), "%-24s -> %s %lld/%s %s %s, %lld out, %lld in, %s",
			client_text(contact, "subscriber"), client_text(contact, "address"),
			client_number(contact, "port"), client_text(contact, "transport"),
			client_text(contact, "family"), client_text(contact, "evidence"),
			client_number(contact, "packets_out"), client_number(contact, "packets_in"),
			client_text(contact, "verdict"));
		mvaddnstr(row, 0, line, COLS);
	}
}

static void show(const char *socket)
{
	json_t *status =
		client_ask(socket, json_pack("{ss}", "command", "status"), ASK_SECONDS, true);
	json_t *contacts =
		client_ask(socket, json_pack("{ss si}", "command", "contacts", "limit", SHOWN_ROWS),
			ASK_SECONDS, true);

	erase();
	if (status)
		put_contacts(json_object_get(contacts, "contacts"), put_summary(status));
	else
		mvprintw(0, 0, "no control plane answers on %s", socket);
	refresh();
	json_decref(status);
	json_decref(contacts);
}

int top_main(int argc, char **argv)
{
	struct client_options options;
	int status;

	if (!client_options_parse(argc, argv, 0, 0, "[--socket PATH | --config FILE]; q ends it",
		    &options, &status))
		return status;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fprintf(stderr, "%s: not a terminal; sekisho status --json is for programs\n",
			argv[0]);
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	initscr();
	cbreak();
	noecho();
	curs_set(0);
	timeout(REFRESH_MS);
	do
		show(options.socket);
	while (getch() != 'q');
	endwin();
	client_options_free(&options);
	return COMMAND_OK;
}
