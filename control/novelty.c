// SPDX-License-Identifier: BSD-3-Clause
#include "control/novelty.h"

#include "config/utc.h"
#include "control/policy.h"

#include <stdlib.h>

// The first that is not before `key`.
static size_t find(const struct novelty *novelty, const struct service_key *key)
{
	size_t low = 0, high = novelty->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (service_key_compare(&novelty->known[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_there(const struct novelty *novelty, size_t at, const struct service_key *key)
{
	return at < novelty->count && service_key_compare(&novelty->known[at].key, key) == 0;
}

struct novelty *novelty_create(const struct novelty *before, const struct catalogue *catalogue,
	const struct config *config, uint64_t now_ns)
{
	const int64_t now_s = (int64_t)(now_ns / UTC_NS_PER_S);
	const size_t indicators = catalogue_count(catalogue);
	struct novelty *novelty =
		calloc(1, sizeof(*novelty) + indicators * sizeof(novelty->known[0]));
	size_t old = 0;

	if (novelty == NULL)
		return NULL;
	novelty->made_ns = now_ns;
	for (size_t i = 0; i < indicators; i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);
		struct novelty_entry *known = &novelty->known[novelty->count];

		if (indicator->is_domain)
			break; // endpoints come first
		if (!policy_enforces(config, now_s, indicator))
			continue;
		known->key = (struct service_key){
			indicator->address, indicator->port, indicator->transport};
		known->since_ns = now_ns;
		novelty->count++;
		if (before == NULL)
			continue;
		while (old < before->count &&
			service_key_compare(&before->known[old].key, &known->key) < 0)
			old++;
		if (is_there(before, old, &known->key))
			known->since_ns = before->known[old].since_ns;
	}
	return novelty;
}

bool novelty_known_is_new(const struct novelty *novelty, const struct novelty_entry *known)
{
	// Since the future: the clock was set back.
	return known->since_ns > novelty->made_ns ||
	       novelty->made_ns - known->since_ns < NOVELTY_NS;
}

bool novelty_is_new(const struct novelty *novelty, const struct service_key *key)
{
	size_t at;

	if (novelty == NULL)
		return false;
	at = find(novelty, key);
	return is_there(novelty, at, key) && novelty_known_is_new(novelty, &novelty->known[at]);
}

void novelty_settle(struct novelty *novelty, const struct service_key *key)
{
	const size_t at = find(novelty, key);

	if (is_there(novelty, at, key))
		novelty->known[at].since_ns = 0;
}

uint64_t novelty_next_change_ns(const struct novelty *novelty)
{
	uint64_t next_ns = 0;

	for (size_t i = 0; novelty != NULL && i < novelty->count; i++) {
		const uint64_t end_ns = novelty->known[i].since_ns + NOVELTY_NS;

		if (novelty_known_is_new(novelty, &novelty->known[i]) &&
			(next_ns == 0 || end_ns < next_ns))
			next_ns = end_ns;
	}
	return next_ns;
}
