// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/health.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/monotonic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)
#define LIMIT    20 // percent undecoded

static char events[] = "/dev/null";
static const struct config config = {.event_path = events};
static struct message_status before, now;
static struct history *history;
static struct loader_view *lists;
static struct event_log *event_log;
static struct monitor_view monitor;

static int set_up(void **state)
{
	char error[256];

	(void)state;
	history = history_create();
	lists = calloc(1, sizeof(*lists) + sizeof(lists->feeds[0]));
	event_log = event_log_create(&config, error, sizeof(error));
	before = (struct message_status){.port_count = 1, .worker_count = 1};
	strcpy(before.ports[0].name, "edge0.subscriber");
	strcpy(before.ports[0].device, "af_xdp:eth1");
	before.ports[0].link_up = 1;
	before.ports[0].counters[COUNTER_RECEIVED] = 5000;
	before.workers[0].core = 3;
	before.workers[0].heartbeat_ns = monotonic_ns();
	now = before;
	lists->overblock = overblock_create(2);
	lists->feed_count = 1;
	lists->feeds[0].name = "isac";
	monitor = (struct monitor_view){
		.history = history, .problem = "", .store_problem = "", .problem_since_ns = 0};
	return history == NULL || lists == NULL || event_log == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	event_log_free(event_log);
	overblock_release(lists->overblock);
	free(lists);
	history_free(history);
	return 0;
}

static void observe(void)
{
	history_add(history, monotonic_ns() - 2 * NS_PER_S, &before);
	history_add(history, monotonic_ns(), &now);
}

// One problem, which says this.
static void expect_problem(const char *text)
{
	json_t *problems = health_json(&monitor, lists, event_log, LIMIT);
	const char *said = json_string_value(json_array_get(problems, 0));

	assert_int_equal(json_array_size(problems), 1);
	if (strstr(said, text) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", said, text);
	json_decref(problems);
}

static void test_subscribers_file(void **state)
{
	struct registry_state file = {.path = "subscribers.csv",
		.problem = "subscribers.csv: shrank from 3 to 1 rows",
		.problem_since_ns = 1000000000};

	(void)state;
	observe();
	lists->registry = &file;
	lists->registry_count = 1;
	expect_problem("subscribers: subscribers.csv: shrank from 3 to 1 rows (since 1970-01-01T");
}

static void test_disarmed(void **state)
{
	struct disarmed *disarmed = lists->overblock->disarmed;

	(void)state;
	observe();
	address_from_v4(&disarmed[0].key.address, "\306\063\144\011");
	disarmed[0].key.port = 6667;
	disarmed[0].key.transport = 6;
	disarmed[0].limit = LIMIT_SUBSCRIBERS;
	disarmed[0].figure = 101;
	disarmed[0].allowed = 100;
	lists->overblock->count = 1;
	expect_problem(
		"the over-block guard disarmed 1 entry, which only alert until sekisho guard "
		"ack: 198.51.100.9 port 6667/tcp: 101 subscribers, limit 100");
}

static void test_well(void **state)
{
	json_t *problems;

	(void)state;
	// What happened before the last minute is over.
	before.ports[0].counters[COUNTER_DROPPED_TX_FULL] = 1000;
	now.ports[0].counters[COUNTER_DROPPED_TX_FULL] = 1000;
	now.ports[0].counters[COUNTER_RECEIVED] += 10000;
	// Spanning tree and ARP on an idle link: nobody's packets.
	now.ports[0].counters[COUNTER_UNDECODED_LLC] += 5000;
	now.ports[0].counters[COUNTER_UNDECODED_CONTROL] += 4000;
	observe();
	problems = health_json(&monitor, lists, event_log, LIMIT);
	assert_int_equal(json_array_size(problems), 0);
	json_decref(problems);
}

static void test_no_dataplane(void **state)
{
	(void)state;
	monitor.problem = "connection refused";
	expect_problem("no data plane: connection refused");
}

static void test_no_carrier(void **state)
{
	(void)state;
	now.ports[0].link_up = 0;
	observe();
	expect_problem("port edge0.subscriber (af_xdp:eth1): no carrier");
}

static void test_heartbeat(void **state)
{
	(void)state;
	now.workers[0].heartbeat_ns -= 5 * NS_PER_S;
	observe();
	expect_problem("worker on CPU 3: no sign of life for 5 s");
}

static void test_growing_counters(void **state)
{
	(void)state;
	now.ports[0].counters[COUNTER_DROPPED_TX_FULL] += 17;
	observe();
	expect_problem("17 packets lost lately");
}

static void test_contact_table(void **state)
{
	(void)state;
	now.contacts_refused++;
	now.contact_limit = 4096;
	observe();
	expect_problem("contact table full (4096)");
}

static void test_buffers(void **state)
{
	(void)state;
	now.ports[0].no_mbuf++;
	observe();
	expect_problem("packet buffers ran out");
}

static void test_sinkhole(void **state)
{
	(void)state;
	now.ports[0].silent = 1;
	observe();
	expect_problem("the sinkhole does not answer");
}

static void test_state(void **state)
{
	(void)state;
	now.ports[0].counters[COUNTER_STATE_FULL] += 3;
	observe();
	expect_problem("3 packets lately of contacts that found no room");
}

static void test_driver(void **state)
{
	(void)state;
	now.ports[0].driver_missed += 5;
	observe();
	expect_problem("the driver lost 5 packets");
}

static void test_undecoded_share(void **state)
{
	(void)state;
	// Of 10000, 2000 are nobody's: 1700 of 8000.
	now.ports[0].counters[COUNTER_RECEIVED] += 10000;
	now.ports[0].counters[COUNTER_UNDECODED_CONTROL] += 2000;
	now.ports[0].counters[COUNTER_UNDECODED_ETHERTYPE] += 800;
	now.ports[0].counters[COUNTER_UNDECODED_TUNNEL] += 900;
	observe();
	expect_problem("port edge0.subscriber: 21 % of the packets lately were of kinds that are "
		       "not looked into, most of them undecoded_tunnel (");
}

static void test_undecoded_share_within_the_limit(void **state)
{
	json_t *problems;

	(void)state;
	now.ports[0].counters[COUNTER_RECEIVED] += 10000;
	now.ports[0].counters[COUNTER_UNDECODED_TUNNEL] += 2000;
	observe();
	problems = health_json(&monitor, lists, event_log, LIMIT);
	assert_int_equal(json_array_size(problems), 0);
	json_decref(problems);
}

static void test_nothing_decoded(void **state)
{
	(void)state;
	now.ports[0].counters[COUNTER_RECEIVED] += 1000;
	now.ports[0].counters[COUNTER_UNDECODED_MPLS] += 400;
	now.ports[0].counters[COUNTER_UNDECODED_LLC] += 600;
	observe();
	expect_problem("port edge0.subscriber: decodes nothing: every packet lately was of a kind "
		       "that is not looked into, most of them undecoded_llc (IEEE 802.3");
}

static void test_few_undecoded_packets_say_nothing(void **state)
{
	json_t *problems;

	(void)state;
	now.ports[0].counters[COUNTER_RECEIVED] += 10;
	now.ports[0].counters[COUNTER_UNDECODED_ETHERTYPE] += 10;
	observe();
	problems = health_json(&monitor, lists, event_log, LIMIT);
	assert_int_equal(json_array_size(problems), 0);
	json_decref(problems);
}

static void test_feed(void **state)
{
	(void)state;
	observe();
	strcpy(lists->feeds[0].problem, "isac.csv: cannot be opened");
	lists->feeds[0].problem_since_ns = UINT64_C(1700000000) * NS_PER_S;
	expect_problem("feed isac: isac.csv: cannot be opened (since 2023-11-14T22:13:20Z)");
}

static void test_lists(void **state)
{
	(void)state;
	observe();
	strcpy(lists->problem, "generation 7 is not in use");
	expect_problem("lists: generation 7 is not in use");
}

static void test_store(void **state)
{
	(void)state;
	observe();
	monitor.store_problem = "disk full";
	expect_problem("contacts cannot be stored: disk full");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_subscribers_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_disarmed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_well, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_dataplane, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_carrier, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_heartbeat, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_growing_counters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_contact_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_buffers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sinkhole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_state, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_driver, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_undecoded_share, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_undecoded_share_within_the_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_decoded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_few_undecoded_packets_say_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_feed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_store, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
