// SPDX-License-Identifier: BSD-3-Clause
// Bursts past the over-block guard: what passes a limit is touched no longer, and all else is.
#include "dataplane/overblock.h"
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SUSPECT "198.51.100.9"
#define SOUND   "198.51.100.10"
#define PORT    6667

static const struct rule rules[] = {
	{SUSPECT, IPPROTO_UDP, PORT, 4, ACTION_DROP},
	{SOUND, IPPROTO_UDP, PORT, 4, ACTION_DROP},
};

static struct config config;
static struct checkpoint checkpoint;
static struct overblock *overblock;
static struct generation *generation;
static struct message_status status;
static uint64_t now_ms, received[CONFIG_LINKS_MAX];

// A generation of the rules, of which the first `new_count` are new, in the place of the one
// before.
static void install(size_t new_count, uint64_t accounted_ns)
{
	struct rules_image image = rules_image_make(rules, 2);
	struct generation *old = generation;

	for (size_t i = 0; i < new_count; i++)
		image.services[i].flags = GENERATION_RULE_NEW;
	generation = rules_image_generation(&image);
	overblock_install(overblock, generation, accounted_ns);
	checkpoint.pipeline.generation = generation;
	if (old)
		generation_free(old);
}

static void open_with(struct config_guard guard, uint32_t total, enum mode mode)
{
	config.guard = guard;
	config.subscribers.total = total;
	now_ms = 1000000;
	memset(received, 0, sizeof(received));
	generation = NULL;
	overblock = overblock_create(&config);
	assert_non_null(overblock);
	checkpoint_open(&checkpoint, NULL, 0, mode, 4096);
	install(0, 0);
	overblock_begin(overblock, now_ms, received);
}

static void close_all(void)
{
	checkpoint.pipeline.generation = NULL;
	checkpoint_close(&checkpoint);
	overblock_free(overblock);
	generation_free(generation);
}

// A datagram from subscriber number `number`. Returns its verdict.
static enum verdict send_datagram(uint32_t number, const char *server)
{
	char subscriber[32];
	struct frame frame;

	snprintf(subscriber, sizeof(subscriber), "100.64.%u.%u", number >> 8 & 0xff, number & 0xff);
	frame_make_udp(&frame, subscriber, 40000, server, PORT, 20);
	received[0]++;
	return checkpoint_pass(&checkpoint, DIRECTION_UP, &frame);
}

// One round of the service thread, a tenth of a second later.
static void drain(void)
{
	now_ms += 100;
	overblock_begin(overblock, now_ms, received);
	overblock_merge(overblock, checkpoint.pipeline.ledger);
	ledger_clear(checkpoint.pipeline.ledger);
	memset(&status, 0, sizeof(status));
	overblock_report(overblock, &status);
}

static void send_of(uint32_t first, uint32_t count, const char *server, enum verdict expected)
{
	for (uint32_t i = first; i < first + count; i++)
		assert_int_equal(send_datagram(i, server), expected);
	drain();
}

static void expect_disarmed(enum limit limit, uint64_t figure, uint64_t allowed)
{
	assert_int_equal(status.disarmed_count, 1);
	assert_int_equal(status.disarmed_total, 1);
	assert_int_equal(status.disarmed[0].limit, limit);
	assert_int_equal(status.disarmed[0].figure, figure);
	assert_int_equal(status.disarmed[0].allowed, allowed);
	assert_true(status.disarmed[0].since_ns > 0);
}

static void too_many_subscribers_disarm_one_rule(void **state)
{
	(void)state;
	open_with((struct config_guard){.subscribers = 50}, 0, MODE_ENFORCE);
	send_of(0, 50, SUSPECT, VERDICT_DROP);
	// Again: nobody new.
	send_of(0, 50, SUSPECT, VERDICT_DROP);
	assert_int_equal(status.disarmed_count, 0);
	send_of(50, 1, SUSPECT, VERDICT_DROP);
	expect_disarmed(LIMIT_SUBSCRIBERS, 51, 50);
	assert_int_equal(status.disarmed[0].port, PORT);
	assert_int_equal(status.disarmed[0].transport, IPPROTO_UDP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DISARMED), 0);

	send_of(0, 60, SUSPECT, VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DISARMED), 60);
	send_of(0, 3, SOUND, VERDICT_DROP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DISARMED), 60);
	// Told once, as it was.
	expect_disarmed(LIMIT_SUBSCRIBERS, 51, 50);
	close_all();
}

static void shadow_counts_what_it_would_touch(void **state)
{
	(void)state;
	open_with((struct config_guard){.subscribers = 5}, 0, MODE_SHADOW);
	send_of(0, 6, SUSPECT, VERDICT_FORWARD);
	expect_disarmed(LIMIT_SUBSCRIBERS, 6, 5);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 6);
	send_of(0, 6, SUSPECT, VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 6);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DISARMED), 6);
	close_all();
}

static void alert_touches_nobody(void **state)
{
	(void)state;
	open_with((struct config_guard){.subscribers = 5, .packets = 1, .new_subscribers = 1}, 0,
		MODE_ALERT);
	install(2, 0);
	send_of(0, 100, SUSPECT, VERDICT_FORWARD);
	assert_int_equal(status.disarmed_count, 0);
	close_all();
}

static void a_share_of_all_subscribers(void **state)
{
	(void)state;
	open_with((struct config_guard){.subscriber_share = 50}, 1000, MODE_ENFORCE);
	send_of(0, 50, SUSPECT, VERDICT_DROP);
	assert_int_equal(status.disarmed_count, 0);
	send_of(50, 1, SUSPECT, VERDICT_DROP);
	expect_disarmed(LIMIT_SUBSCRIBER_SHARE, 51, 50);
	close_all();
	// Nobody said how many there are.
	open_with((struct config_guard){.subscriber_share = 50}, 0, MODE_ENFORCE);
	send_of(0, 200, SUSPECT, VERDICT_DROP);
	assert_int_equal(status.disarmed_count, 0);
	close_all();
}

static void packets_a_second(void **state)
{
	(void)state;
	open_with((struct config_guard){.packets = 100}, 0, MODE_ENFORCE);
	for (int i = 0; i < 100; i++)
		send_datagram(1, SUSPECT);
	drain();
	assert_int_equal(status.disarmed_count, 0);
	now_ms += 1000;
	for (int i = 0; i < 100; i++)
		send_datagram(1, SUSPECT);
	drain();
	assert_int_equal(status.disarmed_count, 0);
	send_of(1, 1, SUSPECT, VERDICT_DROP);
	expect_disarmed(LIMIT_PACKETS, 101, 100);
	close_all();
}

static void a_share_of_the_links_packets(void **state)
{
	(void)state;
	open_with((struct config_guard){.share = 50}, 0, MODE_ENFORCE);
	// The other link is busy, which is no excuse; of an idle one any share is right.
	received[1] = 1000000;
	for (uint32_t i = 0; i < OVERBLOCK_SHARE_PACKETS - 1; i++)
		send_datagram(1, SUSPECT);
	drain();
	assert_int_equal(status.disarmed_count, 0);
	now_ms += 1000;
	received[1] += 1000000;
	received[0] += 19000;
	for (uint32_t i = 0; i < OVERBLOCK_SHARE_PACKETS; i++)
		send_datagram(1, SUSPECT);
	drain();
	// Of 20000 just the limit.
	assert_int_equal(status.disarmed_count, 0);
	for (int i = 0; i < 100; i++)
		send_datagram(1, SUSPECT);
	drain();
	expect_disarmed(LIMIT_SHARE, 54, 50);
	close_all();
}

static void all_new_rules_go_together(void **state)
{
	(void)state;
	open_with((struct config_guard){.new_subscribers = 10}, 0, MODE_ENFORCE);
	// Nothing is new.
	send_of(0, 20, SUSPECT, VERDICT_DROP);
	assert_int_equal(status.disarmed_count, 0);
	install(2, 0);
	send_of(0, 6, SUSPECT, VERDICT_DROP);
	send_of(0, 6, SOUND, VERDICT_DROP);
	assert_int_equal(status.disarmed_count, 0);
	send_of(6, 5, SOUND, VERDICT_DROP);
	expect_disarmed(LIMIT_NEW_SUBSCRIBERS, 11, 10);
	send_of(0, 3, SUSPECT, VERDICT_FORWARD);
	send_of(0, 3, SOUND, VERDICT_FORWARD);
	// A generation made before anybody knew of it, and one in which only the first is new.
	install(1, status.disarmed[0].since_ns - 1);
	send_of(0, 3, SUSPECT, VERDICT_FORWARD);
	send_of(0, 3, SOUND, VERDICT_DROP);
	close_all();
}

static void disarmed_until_a_generation_accounts_for_it(void **state)
{
	uint64_t since_ns;

	(void)state;
	open_with((struct config_guard){.subscribers = 5}, 0, MODE_ENFORCE);
	send_of(0, 6, SUSPECT, VERDICT_DROP);
	expect_disarmed(LIMIT_SUBSCRIBERS, 6, 5);
	since_ns = status.disarmed[0].since_ns;
	install(0, since_ns - 1);
	send_of(0, 6, SUSPECT, VERDICT_FORWARD);
	expect_disarmed(LIMIT_SUBSCRIBERS, 6, 5);
	// Armed again, and counted anew.
	install(0, since_ns);
	send_of(0, 5, SUSPECT, VERDICT_DROP);
	assert_int_equal(status.disarmed_count, 0);
	send_of(5, 1, SUSPECT, VERDICT_DROP);
	expect_disarmed(LIMIT_SUBSCRIBERS, 6, 5);
	assert_true(status.disarmed[0].since_ns > since_ns);
	send_of(0, 1, SUSPECT, VERDICT_FORWARD);
	close_all();
}

static void off_is_off(void **state)
{
	(void)state;
	open_with((struct config_guard){0}, 1000, MODE_ENFORCE);
	install(2, 0);
	send_of(0, 2000, SUSPECT, VERDICT_DROP);
	assert_int_equal(status.disarmed_count, 0);
	close_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_many_subscribers_disarm_one_rule),
		cmocka_unit_test(shadow_counts_what_it_would_touch),
		cmocka_unit_test(alert_touches_nobody),
		cmocka_unit_test(a_share_of_all_subscribers),
		cmocka_unit_test(packets_a_second),
		cmocka_unit_test(a_share_of_the_links_packets),
		cmocka_unit_test(all_new_rules_go_together),
		cmocka_unit_test(disarmed_until_a_generation_accounts_for_it),
		cmocka_unit_test(off_is_off),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
