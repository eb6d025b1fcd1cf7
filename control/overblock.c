// SPDX-License-Identifier: BSD-3-Clause
#include "control/overblock.h"

#include "config/transport.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct overblock *overblock_create(size_t count)
{
	struct overblock *overblock =
		calloc(1, sizeof(*overblock) + count * sizeof(overblock->disarmed[0]));

	if (overblock != NULL)
		atomic_init(&overblock->holders, 1);
	return overblock;
}

struct overblock *overblock_hold(struct overblock *overblock)
{
	atomic_fetch_add(&overblock->holders, 1);
	return overblock;
}

void overblock_release(struct overblock *overblock)
{
	if (overblock != NULL && atomic_fetch_sub(&overblock->holders, 1) == 1)
		free(overblock);
}

static int compare(const void *key, const void *disarmed)
{
	return service_key_compare(key, &((const struct disarmed *)disarmed)->key);
}

const struct disarmed *overblock_find(
	const struct overblock *overblock, const struct service_key *key)
{
	if (overblock == NULL)
		return NULL;
	return bsearch(key, overblock->disarmed, overblock->count, sizeof(overblock->disarmed[0]),
		compare);
}

bool overblock_is_news(
	const struct overblock *overblock, const struct message_disarmed *told, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (told[i].since_ns > overblock->accounted_ns)
			return true;
	return false;
}

// By key, of one key the oldest first.
static int compare_disarmed(const void *left, const void *right)
{
	const struct disarmed *a = left, *b = right;
	const int order = service_key_compare(&a->key, &b->key);

	return order != 0 ? order : (a->since_ns > b->since_ns) - (a->since_ns < b->since_ns);
}

// Orders the entries, and leaves of each the oldest.
static void settle(struct overblock *overblock)
{
	size_t kept = 0;

	qsort(overblock->disarmed, overblock->count, sizeof(overblock->disarmed[0]),
		compare_disarmed);
	for (size_t i = 0; i < overblock->count; i++)
		if (kept == 0 || service_key_compare(&overblock->disarmed[kept - 1].key,
					 &overblock->disarmed[i].key) != 0)
			overblock->disarmed[kept++] = overblock->disarmed[i];
	overblock->count = kept;
}

static void add(struct overblock *overblock, const struct message_disarmed *told,
	const struct service_key *key)
{
	overblock->disarmed[overblock->count++] = (struct disarmed){
		.key = *key,
		.limit = told->limit,
		.figure = told->figure,
		.allowed = told->allowed,
		.since_ns = told->since_ns,
	};
}

static void add_new(struct overblock *overblock, const struct message_disarmed *told,
	const struct novelty *novelty)
{
	for (size_t i = 0; novelty != NULL && i < novelty->count; i++)
		if (novelty_known_is_new(novelty, &novelty->known[i]))
			add(overblock, told, &novelty->known[i].key);
}

struct overblock *overblock_disarm(const struct overblock *overblock,
	const struct message_disarmed *told, uint32_t count, const struct novelty *novelty)
{
	size_t room = overblock->count + count;
	struct overblock *made;

	for (uint32_t i = 0; i < count; i++)
		if (told[i].limit == LIMIT_NEW_SUBSCRIBERS && novelty != NULL)
			room += novelty->count;
	made = overblock_create(room);
	if (made == NULL)
		return NULL;
	made->accounted_ns = overblock->accounted_ns;
	made->count = overblock->count;
	memcpy(made->disarmed, overblock->disarmed,
		overblock->count * sizeof(overblock->disarmed[0]));
	for (uint32_t i = 0; i < count; i++) {
		struct service_key key = {.port = told[i].port, .transport = told[i].transport};

		if (told[i].since_ns <= overblock->accounted_ns)
			continue;
		memcpy(key.address.bytes, told[i].address, sizeof(key.address.bytes));
		if (told[i].limit == LIMIT_NEW_SUBSCRIBERS)
			add_new(made, &told[i], novelty);
		else
			add(made, &told[i], &key);
		if (told[i].since_ns > made->accounted_ns)
			made->accounted_ns = told[i].since_ns;
	}
	settle(made);
	return made;
}

bool overblock_chosen(const struct disarmed_choice *choice, const struct disarmed *disarmed)
{
	return choice->all || (address_compare(&choice->address, &disarmed->key.address) == 0 &&
				      (choice->port == 0 || choice->port == disarmed->key.port));
}

struct overblock *overblock_arm(
	const struct overblock *overblock, const struct disarmed_choice *choice)
{
	struct overblock *made = overblock_create(overblock->count);

	if (made == NULL)
		return NULL;
	made->accounted_ns = overblock->accounted_ns;
	for (size_t i = 0; i < overblock->count; i++)
		if (!overblock_chosen(choice, &overblock->disarmed[i]))
			made->disarmed[made->count++] = overblock->disarmed[i];
	return made;
}

void disarmed_format(const struct disarmed *disarmed, char text[DISARMED_TEXT_SIZE])
{
	char address[ADDRESS_TEXT_SIZE], protocol[4], port[8] = "any";

	address_format(&disarmed->key.address, address);
	if (disarmed->key.port != 0)
		snprintf(port, sizeof(port), "%u", disarmed->key.port);
	snprintf(text, DISARMED_TEXT_SIZE, "%s port %s/%s: %" PRIu64 " %s, limit %" PRIu64, address,
		port, transport_name(disarmed->key.transport, protocol), disarmed->figure,
		limit_unit(disarmed->limit), disarmed->allowed);
}
