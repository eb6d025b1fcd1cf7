// SPDX-License-Identifier: BSD-3-Clause

// What a person reads of answers that are given here.

#include "tools/sekisho/summary.h"

#include "tools/sekisho/subscriber_order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char unwell[] =
	"{\"version\": \"0.1.0\", \"healthy\": false,"
	" \"problems\": [\"port edge0.network: no carrier\", \"feed a\\u001b[2J: gone\"],"
	" \"rolled_back\": true, \"events_lost\": 5,"
	" \"mode\": {\"current\": \"shadow\", \"configured\": \"alert\", \"set_by\": \"root\","
	"  \"set_at\": \"2026-11-22T06:30:00.000Z\"},"
	" \"generation\": {\"number\": 12, \"digest\": \"0123456789abcdef\", \"age_s\": 301,"
	"  \"rules\": 100, \"levels\": {\"4\": 60, \"3\": 40}},"
	" \"counters\": {\"matched\": 9, \"dropped_verdict\": 4, \"dropped_tx_full\": 3},"
	" \"infected_subscribers\": 2,"
	" \"families\": [{\"family\": \"mirai\", \"subscribers\": 1},"
	"  {\"family\": null, \"subscribers\": 1}],"
	" \"contacts\": {\"stored\": 7, \"live\": 6, \"limit\": 1000},"
	" \"ports\": [{\"name\": \"edge0.network\", \"device\": \"af_xdp:e\", \"link_up\": false,"
	"  \"received_pps\": 1234567.5, \"received_bps\": null, \"driver_missed\": 8}],"
	" \"radius\": {\"accepted\": {\"start\": 3, \"stop\": 2}, \"duplicates\": 1,"
	"  \"refused\": {\"replayed\": 4}, \"lost\": 0, \"bindings_open\": 5, \"bindings\": 6},"
	" \"subscribers\": {\"mapped\": 12, \"flagged\": 3, \"mapping\": ["
	"  {\"accepted\": 10, \"rejected\": 1}, {\"accepted\": 4, \"rejected\": 1}]},"
	" \"feeds\": [{\"name\": \"isac\", \"healthy\": false, \"problem\": \"shrank\","
	"  \"indicators\": 100}]}";

// All lines, the caller's to free.
static char *summarize(const char *text)
{
	json_t *status = json_loads(text, 0, NULL);
	char line[SUMMARY_LINE_SIZE], *all = NULL;
	size_t size;
	FILE *stream = open_memstream(&all, &size);

	assert_non_null(status);
	for (size_t i = 0; summary_line(status, i, line); i++)
		fprintf(stream, "%s\n", line);
	fclose(stream);
	json_decref(status);
	return all;
}

static void assert_says(const char *text, const char *what)
{
	if (!text || !strstr(text, what))
		fail_msg("\"%s\" is missing in:\n%s", what, text ? text : "");
}

static void problems_come_first_and_harmless(void **state)
{
	char *text = summarize(unwell);

	(void)state;
	assert_int_equal(strncmp(text,
				 "sekisho 0.1.0: NOT HEALTHY\n"
				 "  ! port edge0.network: no carrier\n"
				 "  ! feed a?[2J: gone\n",
				 strlen("sekisho 0.1.0: NOT HEALTHY\n  ! port edge0.network: no "
					"carrier\n  ! feed a?[2J: gone\n")),
		0);
	free(text);
}

static void everything_is_there(void **state)
{
	char *text = summarize(unwell);

	(void)state;
	assert_says(text, "accounting   5 requests accepted, 1 repeated, 4 refused, 0 lost; "
			  "5 addresses held, 6 bindings stored");
	assert_says(text, "subscribers  12 keys mapped, 3 subscribers with flags; 2 files, 14 rows "
			  "accepted, 2 rejected\n");
	assert_says(text, "shadow, set by root at 2026-11-22T06:30:00.000Z; the configuration says "
			  "alert\n");
	assert_says(text,
		"12, digest 0123456789ab, 301 s old, 100 rules (level 4: 60, 3: 40, 2: 0, "
		"1: 0); rolled back");
	assert_says(text, "9 packets; 4 dropped by verdict");
	assert_says(text, "3 packets on the way out, 8 missed by drivers; 5 events\n");
	assert_says(
		text, "2 subscribers, 7 contacts stored; the data plane holds 6 of at most 1000");
	assert_says(text, "mirai                1 subscribers\n");
	assert_says(text, "no family named      1 subscribers\n");
	assert_says(text, "received 1.23 Mpps           -  ");
	assert_says(text, "af_xdp:e  NO CARRIER\n");
	assert_says(text, "feed isac            100 indicators;");
	assert_says(text, ": shrank\n");
	free(text);
}

// A problem is told to its end: the end says what to do.
static void long_problems_are_whole(void **state)
{
	char status[1200], problem[701], *text;

	(void)state;
	memset(problem, 'x', sizeof(problem) - 1);
	problem[sizeof(problem) - 1] = '\0';
	snprintf(status, sizeof(status), "{\"problems\": [\"%s END\"]}", problem);
	text = summarize(status);
	assert_says(text, "x END\n");
	free(text);
}

static void an_answer_without_members_is_no_accident(void **state)
{
	char *text =
		summarize("{\"healthy\": true, \"ports\": [{}], \"feeds\": [7], \"problems\": 3}");

	(void)state;
	assert_says(text, "sekisho -: healthy\n");
	assert_says(text, "generation   none yet\n");
	free(text);
}

static void assert_order(enum subscriber_order order, const char *expected)
{
	json_t *rows =
		json_loads("[{\"subscriber\": \"a\", \"last_seen\": \"2026-11-22T06:30:00.000Z\","
			   "  \"packets_out\": 5, \"contacts\": 1, \"evidence\": \"conversed\"},"
			   " {\"subscriber\": \"b\", \"last_seen\": \"2026-11-22T06:30:02.000Z\","
			   "  \"packets_out\": 5, \"contacts\": 2, \"evidence\": \"attempted\"},"
			   " {\"subscriber\": \"c\", \"last_seen\": \"2026-11-22T06:30:01.000Z\","
			   "  \"packets_out\": 9, \"contacts\": 1, \"evidence\": \"answered\"}]",
			0, NULL);
	json_t *row, *sorted = subscriber_order_sort(rows, order);
	char text[8] = "";
	size_t i;

	json_array_foreach (sorted, i, row)
		strcat(text, json_string_value(json_object_get(row, "subscriber")));
	assert_string_equal(text, expected);
	json_decref(sorted);
	json_decref(rows);
}

static void subscribers_are_sorted(void **state)
{
	json_t *none = subscriber_order_sort(NULL, SUBSCRIBER_ORDER_PACKETS);

	(void)state;
	assert_order(SUBSCRIBER_ORDER_LAST_SEEN, "bca");
	assert_order(SUBSCRIBER_ORDER_PACKETS, "cba");
	assert_order(SUBSCRIBER_ORDER_CONTACTS, "bca");
	assert_order(SUBSCRIBER_ORDER_EVIDENCE, "acb");
	assert_int_equal(json_array_size(none), 0);
	json_decref(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(problems_come_first_and_harmless),
		cmocka_unit_test(everything_is_there),
		cmocka_unit_test(long_problems_are_whole),
		cmocka_unit_test(an_answer_without_members_is_no_accident),
		cmocka_unit_test(subscribers_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
