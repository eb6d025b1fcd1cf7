// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/overblock.h"

#include "config/log.h"
#include "config/transport.h"
#include "config/utc.h"
#include "dataplane/affected.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PER_MILLE 1000u
// Received packets as they stood at the last tenths of a second, and one before them.
#define SAMPLES (AFFECTED_SLOTS + 1)

struct disarmed {
	struct rule_key key;
	enum limit limit;
	uint64_t figure, allowed;
	uint64_t since_ns; // ascending, each its own
};

struct overblock {
	struct config_guard limits;
	uint64_t share_subscribers; // what subscriber_share comes to; 0: off
	struct generation *generation;
	struct affected *affected;
	struct disarmed disarmed[OVERBLOCK_DISARMED_MAX];
	uint32_t disarmed_count;
	uint64_t untold;
	uint64_t last_ns; // since_ns of the latest
	uint64_t samples[SAMPLES][CONFIG_LINKS_MAX];
	uint64_t sample; // number of the newest tenth of a second; 0: none yet
};

static const struct rule_key all_new = {.all_new = 1};

struct overblock *overblock_create(const struct config *config)
{
	struct overblock *overblock = calloc(1, sizeof(*overblock));

	if (!overblock)
		return NULL;
	overblock->limits = config->guard;
	overblock->share_subscribers =
		(uint64_t)config->guard.subscriber_share * config->subscribers.total / PER_MILLE;
	// Of a few subscribers any share is less than one.
	if (config->guard.subscriber_share && config->subscribers.total &&
		!overblock->share_subscribers)
		overblock->share_subscribers = 1;
	overblock->affected = affected_create(OVERBLOCK_PAIRS);
	if (!overblock->affected) {
		free(overblock);
		return NULL;
	}
	return overblock;
}

void overblock_free(struct overblock *overblock)
{
	if (!overblock)
		return;
	affected_free(overblock->affected);
	free(overblock);
}

void overblock_begin(
	struct overblock *overblock, uint64_t now_ms, const uint64_t received[CONFIG_LINKS_MAX])
{
	const uint64_t sample = now_ms / AFFECTED_SLOT_MS + 1;

	// Where a tenth was missed, what came by then came in the one before.
	if (overblock->sample == 0)
		for (uint32_t i = 0; i < SAMPLES; i++)
			memcpy(overblock->samples[i], received, sizeof(overblock->samples[i]));
	else if (sample - overblock->sample > SAMPLES)
		overblock->sample = sample - SAMPLES;
	while (overblock->sample && overblock->sample < sample) {
		memcpy(overblock->samples[(overblock->sample + 1) % SAMPLES],
			overblock->samples[overblock->sample % SAMPLES],
			sizeof(overblock->samples[0]));
		overblock->sample++;
	}
	overblock->sample = sample;
	memcpy(overblock->samples[sample % SAMPLES], received, sizeof(overblock->samples[0]));
	affected_advance(overblock->affected, now_ms);
}

static uint64_t received_lately(const struct overblock *overblock, uint16_t links)
{
	const uint64_t *now = overblock->samples[overblock->sample % SAMPLES];
	const uint64_t *before = overblock->samples[(overblock->sample + 1) % SAMPLES];
	uint64_t received = 0;

	for (uint32_t link = 0; link < CONFIG_LINKS_MAX; link++)
		if (links >> link & 1)
			received += now[link] - before[link];
	return received;
}

static void log_disarmed(const struct disarmed *disarmed)
{
	char address[ADDRESS_TEXT_SIZE], protocol[4];

	if (disarmed->key.all_new) {
		log_warning("all new rules are disarmed: %" PRIu64 " %s, limit %" PRIu64,
			disarmed->figure, limit_unit((uint8_t)disarmed->limit), disarmed->allowed);
		return;
	}
	address_format(&disarmed->key.address, address);
	log_warning("rule %s port %u/%s is disarmed: %" PRIu64 " %s, limit %" PRIu64, address,
		disarmed->key.port, transport_name(disarmed->key.transport, protocol),
		disarmed->figure, limit_unit((uint8_t)disarmed->limit), disarmed->allowed);
}

// false: it is no rule of the generation, or disarmed already.
static bool apply(struct generation *generation, const struct rule_key *key)
{
	uint32_t rule;

	if (key->all_new)
		return generation_disarm_new(generation) > 0;
	rule = generation_find(generation, &key->address, key->transport, key->port);
	return rule != GENERATION_NO_RULE && generation_disarm(generation, rule);
}

static void disarm(struct overblock *overblock, const struct rule_key *key, enum limit limit,
	uint64_t figure, uint64_t allowed)
{
	const uint64_t now_ns = utc_now_ns();
	struct disarmed disarmed = {
		.key = *key, .limit = limit, .figure = figure, .allowed = allowed};

	if (!overblock->generation || !apply(overblock->generation, key))
		return;
	// The clock may be set back.
	overblock->last_ns = now_ns > overblock->last_ns ? now_ns : overblock->last_ns + 1;
	disarmed.since_ns = overblock->last_ns;
	log_disarmed(&disarmed);
	if (overblock->disarmed_count < OVERBLOCK_DISARMED_MAX)
		overblock->disarmed[overblock->disarmed_count++] = disarmed;
	else
		overblock->untold++;
}

static void check_packets(struct overblock *overblock, const struct affected_rule *rule)
{
	const struct config_guard *limits = &overblock->limits;
	uint16_t links;
	const uint64_t packets = affected_packets(overblock->affected, rule, &links);
	uint64_t received;

	if (limits->packets && packets > limits->packets) {
		disarm(overblock, &rule->key, LIMIT_PACKETS, packets, limits->packets);
		return;
	}
	if (!limits->share || packets < OVERBLOCK_SHARE_PACKETS)
		return;
	received = received_lately(overblock, links);
	// A ledger comes a little after its packets were counted.
	if (received < packets)
		received = packets;
	if (packets * PER_MILLE > limits->share * received)
		disarm(overblock, &rule->key, LIMIT_SHARE, packets * PER_MILLE / received,
			limits->share);
}

static void check_subscribers(struct overblock *overblock, const struct affected_rule *rule)
{
	const struct config_guard *limits = &overblock->limits;

	if (limits->subscribers && rule->subscribers > limits->subscribers)
		disarm(overblock, &rule->key, LIMIT_SUBSCRIBERS, rule->subscribers,
			limits->subscribers);
	if (overblock->share_subscribers && rule->subscribers > overblock->share_subscribers)
		disarm(overblock, &rule->key, LIMIT_SUBSCRIBER_SHARE, rule->subscribers,
			overblock->share_subscribers);
}

static bool rule_is_new(const struct overblock *overblock, const struct rule_key *key)
{
	uint32_t rule;

	if (!overblock->generation)
		return false;
	rule = generation_find(overblock->generation, &key->address, key->transport, key->port);
	return rule != GENERATION_NO_RULE && generation_is_new(overblock->generation, rule);
}

static void merge_entry(struct overblock *overblock, const struct ledger_entry *entry)
{
	const struct rule_key key = {
		.address = entry->key.address,
		.port = entry->key.port,
		.transport = entry->key.rule_transport,
	};
	const struct subscriber_key *subscriber = &entry->key.subscriber;
	const uint64_t packets = entry->packets_up + entry->packets_down;
	struct affected_rule *rule;
	bool made, is_new;

	rule = affected_note(overblock->affected, &key, subscriber, packets, entry->link, &made);
	if (made)
		rule->is_new = rule_is_new(overblock, &key);
	is_new = rule->is_new;
	check_packets(overblock, rule);
	check_subscribers(overblock, rule);
	if (!is_new)
		return;
	rule = affected_note(overblock->affected, &all_new, subscriber, packets, entry->link, NULL);
	if (overblock->limits.new_subscribers &&
		rule->subscribers > overblock->limits.new_subscribers)
		disarm(overblock, &all_new, LIMIT_NEW_SUBSCRIBERS, rule->subscribers,
			overblock->limits.new_subscribers);
}

void overblock_merge(struct overblock *overblock, const struct ledger *ledger)
{
	for (uint32_t i = 0; i < ledger_count(ledger); i++) {
		const struct ledger_entry *entry = ledger_entry(ledger, i);

		if (entry->verdict != ACTION_ALERT)
			merge_entry(overblock, entry);
	}
}

static void renew(void *context, struct affected_rule *rule)
{
	rule->is_new = !rule->key.all_new && rule_is_new(context, &rule->key);
}

void overblock_install(
	struct overblock *overblock, struct generation *generation, uint64_t accounted_ns)
{
	uint32_t kept = 0;

	overblock->generation = generation;
	for (uint32_t i = 0; i < overblock->disarmed_count; i++) {
		const struct disarmed *disarmed = &overblock->disarmed[i];

		if (disarmed->since_ns <= accounted_ns) {
			affected_forget(overblock->affected, &disarmed->key);
			continue;
		}
		apply(generation, &disarmed->key);
		overblock->disarmed[kept++] = *disarmed;
	}
	overblock->disarmed_count = kept;
	affected_each(overblock->affected, renew, overblock);
}

void overblock_report(const struct overblock *overblock, struct message_status *status)
{
	for (uint32_t i = 0; i < overblock->disarmed_count && i < MESSAGE_DISARMED_MAX; i++) {
		const struct disarmed *disarmed = &overblock->disarmed[i];
		struct message_disarmed *told = &status->disarmed[status->disarmed_count++];

		memcpy(told->address, disarmed->key.address.bytes, sizeof(told->address));
		told->port = disarmed->key.port;
		told->transport = disarmed->key.transport;
		told->limit = (uint8_t)disarmed->limit;
		told->figure = disarmed->figure;
		told->allowed = disarmed->allowed;
		told->since_ns = disarmed->since_ns;
	}
	status->disarmed_total = overblock->disarmed_count;
	status->disarmed_untold = overblock->untold;
	status->affected_evicted = affected_evicted(overblock->affected);
}
