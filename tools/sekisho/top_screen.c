// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/top_screen.h"

#include "tools/sekisho/client_text.h"
#include "tools/sekisho/rate_text.h"

#include <ncurses.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE     1024
#define PROBLEM_ROWS  3
#define PORTS_DIVISOR 4 // ports take at most this part of the screen
#define GRAPH_COLUMN  70
#define GRAPH_COLUMNS RATE_HISTORY_SAMPLES
#define TITLE_ROWS    2  // of a list
#define TIME_OFFSET   11 // of "06:30:00" in RFC 3339
#define TIME_LENGTH   8

enum tone { TONE_BAD = 1, TONE_GOOD, TONE_WARNING }; // colour pairs

void top_screen_begin(void)
{
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	// See no-color.org.
	if (getenv("NO_COLOR") || !has_colors() || start_color() == ERR)
		return;
	use_default_colors();
	init_pair(TONE_BAD, COLOR_RED, -1);
	init_pair(TONE_GOOD, COLOR_GREEN, -1);
	init_pair(TONE_WARNING, COLOR_YELLOW, -1);
}

static void put(int row, int column, attr_t attributes, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

// Cut at the right edge, where ncurses would go on in the next row.
static void put(int row, int column, attr_t attributes, const char *format, ...)
{
	char line[LINE_SIZE];
	va_list arguments;

	if (row < 0 || row >= LINES || column >= COLS)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	client_make_printable(line);
	attrset((int)attributes);
	mvaddnstr(row, column, line, COLS - column);
	attrset(A_NORMAL);
}

static attr_t tone(enum tone tone)
{
	return (attr_t)COLOR_PAIR(tone) | A_BOLD;
}

static int draw_header(const struct top_screen *screen)
{
	const json_t *status = screen->status;
	const json_t *generation = json_object_get(status, "generation");
	const bool healthy = json_is_true(json_object_get(status, "healthy"));
	int row = 0;

	if (screen->problem[0] != '\0')
		put(row++, 0, tone(TONE_BAD), "NO CONTROL PLANE, trying again: %s",
			screen->problem);
	if (!status) {
		if (row == 0)
			put(row++, 0, A_NORMAL, "asking %s", screen->socket);
		return row;
	}
	put(row, 0, tone(healthy ? TONE_GOOD : TONE_BAD), "%s",
		healthy ? "HEALTHY" : "NOT HEALTHY");
	put(row, 13, tone(TONE_WARNING), "mode %s",
		client_text(json_object_get(status, "mode"), "current"));
	if (json_is_object(generation))
		put(row, 27, A_NORMAL, "generation %lld %.12s, %lld rules",
			client_number(generation, "number"), client_text(generation, "digest"),
			client_number(generation, "rules"));
	else
		put(row, 27, A_NORMAL, "no generation");
	put(row++, COLS - TIME_LENGTH - 1, A_NORMAL, "%.8sZ",
		client_text(status, "time") +
			(json_is_string(json_object_get(status, "time")) ? TIME_OFFSET : 0));
	return row;
}

static int draw_problems(const json_t *status, int row)
{
	const json_t *problem, *problems = json_object_get(status, "problems");
	size_t index;

	json_array_foreach (problems, index, problem) {
		if (index + 1 == PROBLEM_ROWS && json_array_size(problems) > PROBLEM_ROWS) {
			put(row++, 0, tone(TONE_BAD), "! and %zu more: sekisho status",
				json_array_size(problems) - index);
			break;
		}
		put(row++, 0, tone(TONE_BAD), "! %s",
			json_is_string(problem) ? json_string_value(problem) : "?");
	}
	return row;
}

static void draw_port(const struct top_screen *screen, const json_t *port, int row)
{
	char in_pps[RATE_TEXT_SIZE], in_bps[RATE_TEXT_SIZE], out_pps[RATE_TEXT_SIZE],
		out_bps[RATE_TEXT_SIZE], graph[GRAPH_COLUMNS + 1];
	const char *name = json_string_value(json_object_get(port, "name"));
	const bool up = json_is_true(json_object_get(port, "link_up"));
	size_t width = 0;

	if (COLS > GRAPH_COLUMN)
		width = (size_t)(COLS - GRAPH_COLUMN);
	if (width > GRAPH_COLUMNS)
		width = GRAPH_COLUMNS;
	rate_text_member(port, "received_pps", "pps", in_pps);
	rate_text_member(port, "received_bps", "bit/s", in_bps);
	rate_text_member(port, "forwarded_pps", "pps", out_pps);
	rate_text_member(port, "forwarded_bps", "bit/s", out_bps);
	put(row, 0, up ? A_NORMAL : tone(TONE_BAD), "%-18.18s %-4s %9s %11s %9s %11s",
		client_text(port, "name"), up ? "up" : "DOWN", in_pps, in_bps, out_pps, out_bps);
	rate_history_graph(&screen->history, name ? name : "", width, graph);
	put(row, GRAPH_COLUMN, A_NORMAL, "%s", graph);
}

static int draw_ports(const struct top_screen *screen, int row)
{
	const json_t *port, *ports = json_object_get(screen->status, "ports");
	const size_t most = (size_t)(LINES / PORTS_DIVISOR);
	size_t index;

	put(row++, 0, A_BOLD, "%-18s %-4s %21s %21s", "PORT", "LINK", "RECEIVED", "FORWARDED");
	json_array_foreach (ports, index, port) {
		if (index == most) {
			put(row++, 0, A_NORMAL, "and %zu more: sekisho status",
				json_array_size(ports) - index);
			break;
		}
		draw_port(screen, port, row++);
	}
	return row;
}

static int draw_totals(const json_t *status, int row)
{
	const json_t *counters = json_object_get(status, "counters");

	put(row++, 0, A_NORMAL,
		"matched %lld  dropped by verdict %lld  would drop %lld  lost on the way out %lld",
		client_number(counters, "matched"), client_number(counters, "dropped_verdict"),
		client_number(counters, "would_drop"), client_number(counters, "dropped_tx_full"));
	return row;
}

static const char *time_of_day(const json_t *object, char text[TIME_LENGTH + 1])
{
	const char *time = json_string_value(json_object_get(object, "last_seen"));

	snprintf(text, TIME_LENGTH + 1, "%s",
		time && strlen(time) > TIME_OFFSET ? time + TIME_OFFSET : "-");
	return text;
}

static void draw_subscriber(const json_t *subscriber, int row)
{
	char time[TIME_LENGTH + 1], families[128] = "";
	const json_t *family;
	size_t index, used = 0;

	json_array_foreach (json_object_get(subscriber, "families"), index, family)
		if (json_is_string(family) && used < sizeof(families))
			used += (size_t)snprintf(families + used, sizeof(families) - used, "%s%s",
				used > 0 ? ", " : "", json_string_value(family));
	put(row, 0, A_NORMAL, "%-20s %8s  %-10s %5lld %8lld %9lld  %s",
		client_text(subscriber, "subscriber"), time_of_day(subscriber, time),
		client_text(subscriber, "evidence"), client_number(subscriber, "level"),
		client_number(subscriber, "contacts"), client_number(subscriber, "packets_out"),
		used > 0 ? families : "-");
}

static void draw_contact(const json_t *contact, int row)
{
	const char *verdict = client_text(contact, "verdict");
	const bool applied = json_is_true(json_object_get(contact, "applied"));
	const bool would = !applied && strcmp(verdict, "alert") != 0;
	char time[TIME_LENGTH + 1], server[96];

	snprintf(server, sizeof(server), "%s %lld/%s", client_text(contact, "address"),
		client_number(contact, "port"), client_text(contact, "transport"));
	put(row, 0, A_NORMAL, "%-20s %8s  %-26s %-10s %s%s  %s", client_text(contact, "subscriber"),
		time_of_day(contact, time), server, client_text(contact, "evidence"),
		would ? "would " : "", verdict, client_text(contact, "family"));
}

// Title, column names and as many rows as `rows` leaves.
static int draw_list(struct top_screen *screen, enum top_list list, const json_t *entries, int row,
	int rows, const char *title, const char *columns,
	void (*draw)(const json_t *entry, int row))
{
	const size_t count = json_array_size(entries);
	const size_t page = rows > TITLE_ROWS ? (size_t)(rows - TITLE_ROWS) : 0;
	size_t *first = &screen->scroll[list];

	if (*first + page > count)
		*first = count > page ? count - page : 0;
	screen->page[list] = page;
	if (rows < 1)
		return row;
	put(row, 0, A_REVERSE | (screen->focus == list ? A_BOLD : A_NORMAL), "%*s", COLS, "");
	put(row++, 0, A_REVERSE | (screen->focus == list ? A_BOLD : A_NORMAL),
		"%c%s, %zu-%zu of %zu", screen->focus == list ? '>' : ' ', title,
		count > 0 ? *first + 1 : 0, *first + page < count ? *first + page : count, count);
	if (rows > 1)
		put(row++, 0, A_BOLD, "%s", columns);
	for (size_t i = *first; i < count && i < *first + page; i++)
		draw(json_array_get(entries, i), row++);
	return row;
}

static void draw_lists(struct top_screen *screen, int row)
{
	const int rows = LINES - 1 - row;
	const json_t *contacts = json_object_get(screen->contacts, "contacts");
	const int contact_rows = (int)json_array_size(contacts) + TITLE_ROWS;
	json_t *sorted = subscriber_order_sort(
		json_object_get(screen->subscribers, "subscribers"), screen->order);
	const int subscriber_rows = (int)json_array_size(sorted) + TITLE_ROWS;
	int upper = rows / 2;
	char title[128];

	// What one does not need, the other may have.
	if (rows - upper > contact_rows)
		upper = rows - contact_rows;
	if (upper > subscriber_rows)
		upper = subscriber_rows;
	snprintf(title, sizeof(title), "INFECTED SUBSCRIBERS (%lld in all) by %s",
		client_number(screen->status, "infected_subscribers"),
		subscriber_order_name(screen->order));
	draw_list(screen, TOP_SUBSCRIBERS, sorted, row, upper, title,
		"SUBSCRIBER           LAST UTC  EVIDENCE   LEVEL CONTACTS      SENT  FAMILIES",
		draw_subscriber);
	draw_list(screen, TOP_CONTACTS, contacts, row + upper, rows - upper, "RECENT CONTACTS",
		"SUBSCRIBER           LAST UTC  C&C SERVER                 EVIDENCE   VERDICT, "
		"FAMILY",
		draw_contact);
	json_decref(sorted);
}

void top_screen_draw(struct top_screen *screen)
{
	int row;

	werase(stdscr);
	row = draw_header(screen);
	if (screen->status) {
		row = draw_problems(screen->status, row);
		row = draw_ports(screen, row);
		row = draw_totals(screen->status, row);
		draw_lists(screen, row);
	}
	put(LINES - 1, 0, screen->paused ? tone(TONE_WARNING) : A_DIM,
		"%sq quit  p %s  s sort  Tab other list  arrows, PgUp, PgDn, Home, End scroll",
		screen->paused ? "PAUSED  " : "", screen->paused ? "go on" : "pause");
	wnoutrefresh(stdscr);
	doupdate();
}
