// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/rate_text.h"

#include "tools/sekisho/rate_history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void assert_rate(double rate, const char *expected)
{
	char text[RATE_TEXT_SIZE];

	rate_text(rate, "pps", text);
	assert_string_equal(text, expected);
}

static void three_digits_and_a_prefix(void **state)
{
	(void)state;
	assert_rate(-1, "0 pps");
	assert_rate(0, "0 pps");
	assert_rate(999.4, "999 pps");
	assert_rate(999.5, "1.00 kpps");
	assert_rate(1234567.5, "1.23 Mpps");
	assert_rate(9994, "9.99 kpps");
	assert_rate(9996, "10.0 kpps");
	assert_rate(99960, "100 kpps");
	assert_rate(999499, "999 kpps");
	assert_rate(999501, "1.00 Mpps");
	assert_rate(1e16, "10000 Tpps");
}

static void reals_and_integers_are_rates_null_is_not(void **state)
{
	json_t *port = json_pack("{sf si sn}", "real", 2.5e6, "integer", 40, "null");
	char text[RATE_TEXT_SIZE];

	(void)state;
	rate_text_member(port, "real", "bit/s", text);
	assert_string_equal(text, "2.50 Mbit/s");
	rate_text_member(port, "integer", "pps", text);
	assert_string_equal(text, "40 pps");
	rate_text_member(port, "null", "pps", text);
	assert_string_equal(text, "-");
	json_decref(port);
}

static void add(struct rate_history *history, double rate)
{
	json_t *ports = json_pack("[{ss sf}]", "name", "edge0.subscriber", "received_pps", rate);

	rate_history_add(history, ports);
	json_decref(ports);
}

static void the_graph_ends_with_the_newest(void **state)
{
	struct rate_history history = {0};
	char graph[RATE_HISTORY_SAMPLES + 1];

	(void)state;
	rate_history_graph(&history, "edge0.subscriber", 4, graph);
	assert_string_equal(graph, "    ");
	add(&history, 0);
	add(&history, 0.001);
	add(&history, 100);
	rate_history_graph(&history, "edge0.subscriber", 4, graph);
	assert_string_equal(graph, "  .#");
	for (int i = 0; i < 2 * RATE_HISTORY_SAMPLES; i++)
		add(&history, 50);
	rate_history_graph(&history, "edge0.subscriber", RATE_HISTORY_SAMPLES, graph);
	assert_int_equal(strspn(graph, "#"), RATE_HISTORY_SAMPLES);
	rate_history_graph(&history, "nobody", 2, graph);
	assert_string_equal(graph, "  ");
}

static void ports_are_bounded(void **state)
{
	struct rate_history history = {0};
	json_t *ports = json_array();

	(void)state;
	for (int i = 0; i < 2 * RATE_HISTORY_PORTS; i++)
		json_array_append_new(ports, json_pack("{so}", "name", json_sprintf("p%d", i)));
	rate_history_add(&history, ports);
	assert_string_equal(history.ports[RATE_HISTORY_PORTS - 1].name, "p31");
	json_decref(ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_digits_and_a_prefix),
		cmocka_unit_test(reals_and_integers_are_rates_null_is_not),
		cmocka_unit_test(the_graph_ends_with_the_newest),
		cmocka_unit_test(ports_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
