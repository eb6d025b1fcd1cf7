// SPDX-License-Identifier: BSD-3-Clause

// sekisho top: the appliance, live.
//
// One thread. A question that is on its way is given up when a key is pressed and asked again
// later, so that the screen obeys also while the control plane is silent.

#include "tools/sekisho/client.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/top_screen.h"

#include <ncurses.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REFRESH_MS  1000
#define ASK_SECONDS 5
#define SHOWN_ROWS  500

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
	(void)number;
	ended = 1;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Replaces `*answer` by a new one. false: interrupted or failed, then `problem` says why.
static bool renew(const char *socket, json_t *request, json_t **answer, char *problem)
{
	json_t *fresh = client_watch(socket, request, ASK_SECONDS, STDIN_FILENO, problem);

	if (!fresh)
		return false;
	json_decref(*answer);
	*answer = fresh;
	return true;
}

// false: interrupted, and to be asked again.
static bool ask(struct top_screen *screen, char problem[CLIENT_PROBLEM_SIZE])
{
	char now[CLIENT_PROBLEM_SIZE];
	const bool complete =
		renew(screen->socket, json_pack("{ss}", "command", "status"), &screen->status,
			now) &&
		renew(screen->socket,
			json_pack("{ss si}", "command", "subscribers", "limit", SHOWN_ROWS),
			&screen->subscribers, now) &&
		renew(screen->socket,
			json_pack("{ss si}", "command", "contacts", "limit", SHOWN_ROWS),
			&screen->contacts, now);

	if (!complete && now[0] == '\0')
		return false;
	memcpy(problem, now, CLIENT_PROBLEM_SIZE);
	if (complete)
		rate_history_add(&screen->history, json_object_get(screen->status, "ports"));
	return true;
}

static void scroll_by(struct top_screen *screen, bool down, size_t rows)
{
	size_t *first = &screen->scroll[screen->focus];

	if (down)
		*first += rows;
	else
		*first = *first > rows ? *first - rows : 0;
}

// false: to end.
static bool obey(struct top_screen *screen, int key)
{
	const size_t page = screen->page[screen->focus];

	switch (key) {
	case 'q':
	case 'Q':
		return false;
	case 'p':
		screen->paused = !screen->paused;
		break;
	case 's':
		screen->order = (screen->order + 1) % SUBSCRIBER_ORDER_COUNT;
		screen->scroll[TOP_SUBSCRIBERS] = 0;
		break;
	case '\t':
		screen->focus = (screen->focus + 1) % TOP_LISTS;
		break;
	case KEY_UP:
	case KEY_DOWN:
		scroll_by(screen, key == KEY_DOWN, 1);
		break;
	case KEY_PPAGE:
	case KEY_NPAGE:
		scroll_by(screen, key == KEY_NPAGE, page > 1 ? page - 1 : 1);
		break;
	case KEY_HOME:
		screen->scroll[screen->focus] = 0;
		break;
	case KEY_END:
		screen->scroll[screen->focus] = SHOWN_ROWS;
		break;
	default: // KEY_RESIZE among them: it is drawn anew anyway
		break;
	}
	return true;
}

// false: to end. Waits for a key, or until `until_ms`.
static bool wait_for_keys(struct top_screen *screen, int64_t until_ms)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	const int64_t left = until_ms - now_ms();
	int key;

	if (poll(&input, 1, left > 0 ? (int)left : 0) > 0 &&
		(input.revents & (POLLHUP | POLLERR | POLLNVAL)))
		return false; // the terminal is gone
	while ((key = getch()) != ERR)
		if (!obey(screen, key))
			return false;
	return !ended;
}

static void watch(struct top_screen *screen)
{
	char problem[CLIENT_PROBLEM_SIZE] = "";
	int64_t due_ms = now_ms();

	screen->problem = problem;
	do {
		top_screen_draw(screen);
		if (screen->paused) {
			due_ms = now_ms() + REFRESH_MS;
		} else if (now_ms() >= due_ms) {
			const int64_t began_ms = now_ms();

			if (ask(screen, problem)) {
				// Answers that take long are asked for less often.
				due_ms = began_ms + REFRESH_MS;
				if (due_ms < now_ms() + (now_ms() - began_ms))
					due_ms = now_ms() + (now_ms() - began_ms);
			}
			top_screen_draw(screen);
		}
	} while (wait_for_keys(screen, due_ms));
}

int top_main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = on_signal};
	struct top_screen screen = {.problem = ""};
	struct client_options options;
	SCREEN *terminal;
	int status;

	if (!client_options_parse(argc, argv, 0, 0, "[--socket PATH | --config FILE]; q ends it",
		    &options, &status))
		return status;
	status = COMMAND_FAILED;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fprintf(stderr, "%s: not a terminal; sekisho status prints the same once\n",
			argv[0]);
		goto free_options;
	}
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal) {
		fprintf(stderr, "%s: TERM names no terminal that can be drawn on\n", argv[0]);
		goto free_options;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	top_screen_begin();
	screen.socket = options.socket;
	watch(&screen);
	endwin();
	delscreen(terminal);
	status = COMMAND_OK;
	json_decref(screen.status);
	json_decref(screen.subscribers);
	json_decref(screen.contacts);
free_options:
	client_options_free(&options);
	return status;
}
