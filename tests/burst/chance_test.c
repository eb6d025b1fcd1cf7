// SPDX-License-Identifier: BSD-3-Clause
//
// Policies, lists, flags and packets made by chance, through the control plane's compiler and all
// stages: each packet meets what the manual says. The reference knows words and packets only; that
// never-block, opting out, exemption, consent and caps are never passed is part of it.
#include "config/transport.h"
#include "dataplane/state.h"
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"
#include "tests/policy/compiled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PACKETS_MIN       1000000u
#define PACKETS_PER_ROUND 2000
#define SUBSCRIBERS       GENERATION_FLAG_SETS // one with each set of flags
#define ADDRESSES         13                   // the last is in no list
#define PORT_FIRST        79
#define PORTS             4 // the first and the last are in no list
#define CONTACTS          65536
#define BURST             10 // of police, as sekisho.conf(5) has it

struct sent {
	unsigned int subscriber; // its flags, too
	int address, port;
	bool tcp, up;
	uint8_t tcp_flags;
	size_t payload;
};

// What the reference remembers of a contact: a subscriber with a listed service.
struct known {
	bool asked, told, replied, could_only_be_reply, told_back; // told: payload
	unsigned int policed, let_through;
};

struct service {
	int address, port; // -1: any
	int transport;     // 0 tcp, 1 udp, 2 any
};

// By subscriber, by service (the port's index last: any), by the packet's transport.
static struct known contacts[SUBSCRIBERS][ADDRESSES][PORTS + 1][3][2];

static const char *const transports[] = {"tcp", "udp", "any"};

static unsigned int below(uint64_t *state, unsigned int limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned int)(*state >> 33) % limit;
}

// Subscriber 100.64.0.N has the flags N.
static struct flagged *make_subscribers(void)
{
	struct flagged *flagged =
		calloc(1, sizeof(*flagged) + SUBSCRIBERS * sizeof(flagged->ranges[0]));

	assert_non_null(flagged);
	for (uint8_t flags = 1; flags < SUBSCRIBERS; flags++) {
		struct generation_subscriber *range = &flagged->ranges[flagged->count++];
		char text[32];

		snprintf(text, sizeof(text), "100.64.0.%u", flags);
		assert_true(address_parse(text, strlen(text), &range->first));
		range->last = range->first;
		range->last_port = UINT16_MAX;
		range->kind = SUBSCRIBER_ADDRESS;
		range->flags = flags;
	}
	return flagged;
}

static struct sent make_sent(uint64_t *chance)
{
	static const uint8_t shapes[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK, TCP_ACK, TCP_RST,
		TCP_RST | TCP_ACK, TCP_FIN | TCP_ACK};
	struct sent sent = {
		.subscriber = below(chance, SUBSCRIBERS),
		.address = (int)below(chance, ADDRESSES),
		.port = PORT_FIRST + (int)below(chance, PORTS),
		.tcp = below(chance, 2),
		.up = below(chance, 2),
		.tcp_flags = shapes[below(chance, sizeof(shapes))],
	};

	if (!sent.tcp || sent.tcp_flags == TCP_ACK)
		sent.payload = below(chance, 4) ? 1 + below(chance, 40) : 0;
	return sent;
}

static void make_frame(const struct sent *sent, struct frame *frame)
{
	char subscriber[32], server[32];
	const char *from = sent->up ? subscriber : server, *to = sent->up ? server : subscriber;
	const uint16_t port = (uint16_t)sent->port, other = 40000;

	snprintf(subscriber, sizeof(subscriber), "100.64.0.%u", sent->subscriber);
	snprintf(server, sizeof(server), "198.51.100.%d", sent->address);
	if (sent->tcp)
		frame_make_tcp(frame, from, sent->up ? other : port, to, sent->up ? port : other,
			sent->tcp_flags, sent->payload);
	else
		frame_make_udp(frame, from, sent->up ? other : port, to, sent->up ? port : other,
			sent->payload);
}

static int level_of(const struct words *words, const struct service *service)
{
	int level = 0;

	for (size_t i = 0; i < words->row_count; i++) {
		const struct words_row *row = &words->rows[i];

		if (row->address == service->address && row->port == service->port &&
			strcmp(row->transport, transports[service->transport]) == 0 &&
			row->level > level)
			level = row->level;
	}
	return level;
}

// The service that decides: of those that fit, the highest level; then the one that names the
// port; then the one that names the transport. false: none fits.
static bool find_service(
	const struct words *words, const struct sent *sent, struct service *decides)
{
	const struct service candidates[] = {
		{sent->address, sent->port, sent->tcp ? 0 : 1},
		{sent->address, sent->port, 2},
		{sent->address, -1, sent->tcp ? 0 : 1},
		{sent->address, -1, 2},
	};
	int highest = 0;

	for (size_t i = 0; i < 4; i++) {
		const struct service *candidate = &candidates[i];

		if (!words_listed(words, candidate->address, candidate->port,
			    transports[candidate->transport]))
			continue;
		if (level_of(words, candidate) > highest) {
			highest = level_of(words, candidate);
			*decides = *candidate;
		}
	}
	return highest > 0;
}

static struct known *known_of(const struct sent *sent, const struct service *service)
{
	const int port = service->port < 0 ? PORTS : service->port - PORT_FIRST;

	return &contacts[sent->subscriber][sent->address][port][service->transport]
			[sent->tcp ? 1 : 0];
}

static void hear(struct known *known, const struct sent *sent)
{
	const bool reset = sent->tcp && (sent->tcp_flags & TCP_RST);

	if (sent->up) {
		known->asked = true;
		known->told |= sent->payload > 0;
		return;
	}
	known->told_back |= sent->payload > 0;
	known->replied |= !reset;
	known->could_only_be_reply |= sent->tcp && !reset && (sent->tcp_flags & TCP_ACK);
}

static int evidence_heard(const struct known *known)
{
	if (known->told && known->told_back)
		return 3;
	if (known->could_only_be_reply || (known->asked && known->replied))
		return 2;
	return known->asked ? 1 : 0;
}

// What must happen to the packet. `*matched`: it is of a contact. `*police`: or DROP, if the
// contact's bucket is empty.
static enum verdict expect(const struct words *words, const struct sent *sent, enum mode mode,
	bool has_sinkhole, bool *matched, struct known **police)
{
	const bool opted_out = sent->subscriber & SUBSCRIBER_FLAG_OPT_OUT;
	struct words_verdict wanted;
	struct service service;
	struct known *known;

	*police = NULL;
	*matched = find_service(words, sent, &service) && !opted_out;
	if (!*matched)
		return VERDICT_FORWARD;
	known = known_of(sent, &service);
	hear(known, sent);
	wanted = words_judge(words, service.address, service.port, transports[service.transport],
		evidence_heard(known), opted_out, sent->subscriber & SUBSCRIBER_FLAG_CONSENTED,
		sent->subscriber & SUBSCRIBER_FLAG_EXEMPT,
		sent->subscriber & SUBSCRIBER_FLAG_WATCH);
	if (mode == MODE_ALERT || strcmp(wanted.mode, "alert") == 0)
		return VERDICT_FORWARD;
	if (strcmp(wanted.action, "police") == 0) {
		known->policed++;
		if (mode == MODE_ENFORCE && strcmp(wanted.mode, "enforce") == 0)
			*police = known;
		return VERDICT_FORWARD;
	}
	if (mode != MODE_ENFORCE || strcmp(wanted.mode, "enforce") != 0)
		return VERDICT_FORWARD;
	if (strcmp(wanted.action, "drop") == 0)
		return VERDICT_DROP;
	if (strcmp(wanted.action, "reset") == 0)
		return VERDICT_RESET;
	if (strcmp(wanted.action, "sinkhole") == 0 && has_sinkhole)
		return sent->up ? VERDICT_SINKHOLE : VERDICT_DROP;
	return VERDICT_FORWARD; // alert, and what a sinkhole that is not there leaves
}

static void say(const struct words *words, const struct sent *sent, enum mode mode,
	enum verdict verdict, enum verdict expected)
{
	static char text[WORDS_TEXT_SIZE];

	words_policy_text(words, text);
	fail_msg("100.64.0.%u %s 198.51.100.%d:%d/%s, TCP flags %02x, %zu bytes, mode %s: verdict "
		 "%d, should be %d\n%s",
		sent->subscriber, sent->up ? "to" : "from", sent->address, sent->port,
		sent->tcp ? "tcp" : "udp", sent->tcp_flags, sent->payload, mode_name(mode), verdict,
		expected, text);
}

// The first packets of a contact pass, and not many more: a round takes two seconds of its clock.
static bool is_policed(struct known *known, enum verdict verdict)
{
	known->let_through += verdict == VERDICT_FORWARD;
	if (known->policed <= BURST)
		return verdict == VERDICT_FORWARD;
	return (verdict == VERDICT_FORWARD || verdict == VERDICT_DROP) &&
	       known->let_through <= BURST + 10 * PACKETS_PER_ROUND / CHECKPOINT_HZ + 1;
}

static void pass_one(struct checkpoint *checkpoint, const struct words *words, uint64_t *chance)
{
	const struct sent sent = make_sent(chance);
	const enum mode mode = (enum mode)below(chance, MODE_COUNT);
	const uint64_t before = checkpoint_counter(checkpoint, COUNTER_MATCHED);
	struct known *police;
	struct frame frame;
	enum verdict expected, verdict;
	bool matched;

	checkpoint->pipeline.mode = mode;
	make_frame(&sent, &frame);
	expected = expect(words, &sent, mode, checkpoint->pipeline.gate.there, &matched, &police);
	verdict = checkpoint_pass(checkpoint, sent.up ? DIRECTION_UP : DIRECTION_DOWN, &frame);
	if (police ? !is_policed(police, verdict) : verdict != expected)
		say(words, &sent, mode, verdict, expected);
	assert_int_equal(checkpoint_counter(checkpoint, COUNTER_MATCHED) - before, matched);
}

static void round_of(const struct flagged *subscribers, uint64_t *chance)
{
	struct policy_compiled compiled;
	struct checkpoint checkpoint;
	struct checkpoint_options options = {.ledger_limit = CONTACTS};
	static struct words words;

	words_make(&words, chance);
	policy_compile(&compiled, &words, subscribers);
	options.generation = rules_memfd_generation(compiled.memfd);
	checkpoint_open_with(&checkpoint, &options);
	state_free(checkpoint.pipeline.state);
	checkpoint.pipeline.state = state_create(CONTACTS, CHECKPOINT_HZ);
	assert_non_null(checkpoint.pipeline.state);
	checkpoint.pipeline.gate.there = below(chance, 4) != 0;
	memset(contacts, 0, sizeof(contacts));
	for (int i = 0; i < PACKETS_PER_ROUND; i++)
		pass_one(&checkpoint, &words, chance);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_STATE_FULL), 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_STATE_EVICTED), 0);
	checkpoint_close(&checkpoint);
	policy_compiled_free(&compiled);
}

static void every_packet_meets_what_is_written(void **state)
{
	struct flagged *subscribers = make_subscribers();
	uint64_t chance = 0x2545f4914f6cdd1du;

	(void)state;
	for (unsigned int packets = 0; packets < PACKETS_MIN; packets += PACKETS_PER_ROUND)
		round_of(subscribers, &chance);
	free(subscribers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_packet_meets_what_is_written),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
