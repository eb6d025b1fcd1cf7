// SPDX-License-Identifier: BSD-3-Clause
#include "control/delivery.h"

#include "config/log.h"
#include "config/utc.h"
#include "control/dataplane.h"
#include "control/monotonic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A refusal is not likely to go away by itself; a broken connection is.
#define REFUSED_RETRY_MS 10000
#define BROKEN_RETRY_MS  1000

struct delivery {
	const char *runtime_dir;
	struct dataplane *dataplane; // NULL: not connected
	bool done;
	int64_t retry_at_ms;
	char problem[384];
	uint64_t problem_since_ns;
};

struct delivery *delivery_create(const char *runtime_dir)
{
	struct delivery *delivery = calloc(1, sizeof(*delivery));

	if (delivery != NULL)
		delivery->runtime_dir = runtime_dir;
	return delivery;
}

void delivery_free(struct delivery *delivery)
{
	if (delivery == NULL)
		return;
	dataplane_close(delivery->dataplane);
	free(delivery);
}

static void disconnect(struct delivery *delivery)
{
	dataplane_close(delivery->dataplane);
	delivery->dataplane = NULL;
}

// Whether the data plane still holds something disarmed that is accounted for.
static bool is_behind(
	const struct message_disarmed *disarmed, uint32_t count, const struct caution *caution)
{
	for (uint32_t i = 0; i < count; i++)
		if (disarmed[i].since_ns <= caution->accounted_ns)
			return true;
	return false;
}

// What the data plane runs. A connection that broke since last time is made anew, once.
static int ask(struct delivery *delivery, struct message_status *status)
{
	char error[256];

	if (delivery->dataplane != NULL) {
		if (dataplane_status(delivery->dataplane, status, error, sizeof(error)) == 0)
			goto asked;
		disconnect(delivery);
	}
	delivery->dataplane = dataplane_connect(delivery->runtime_dir, error, sizeof(error));
	if (delivery->dataplane == NULL)
		return -1;
	if (dataplane_status(delivery->dataplane, status, error, sizeof(error)) < 0) {
		disconnect(delivery);
		return -1;
	}
asked:
	return 0;
}

void delivery_observe(struct delivery *delivery, struct inventory *inventory)
{
	struct message_status status;

	if (ask(delivery, &status) == 0)
		inventory_observe(inventory, &status.generation);
}

static void note_problem(struct delivery *delivery, uint64_t number, const char *text)
{
	if (delivery->problem[0] == '\0')
		delivery->problem_since_ns = utc_now_ns();
	snprintf(delivery->problem, sizeof(delivery->problem),
		"generation %" PRIu64 " is not in use: %s", number, text);
	log_warning("%s", delivery->problem);
}

static void note_done(struct delivery *delivery)
{
	delivery->done = true;
	delivery->problem[0] = '\0';
	delivery->problem_since_ns = 0;
}

void delivery_deliver(struct delivery *delivery, struct inventory *inventory)
{
	const struct caution *caution = inventory_caution(inventory);
	struct message_status status;
	struct generation_header ours;
	bool refused = false;
	char error[256];
	int memfd;

	delivery->done = false;
	delivery->retry_at_ms = 0;
	if (inventory_generation(inventory, &ours) < 0 || ask(delivery, &status) < 0)
		return;
	inventory_observe(inventory, &status.generation);
	memfd = inventory_generation(inventory, &ours);
	if (memcmp(ours.digest, status.generation.digest, sizeof(ours.digest)) == 0 &&
		!is_behind(status.disarmed, status.disarmed_count, caution)) {
		note_done(delivery);
		return;
	}
	if (dataplane_push_generation(delivery->dataplane, memfd, ours.number,
		    caution->accounted_ns, &refused, error, sizeof(error)) == 0) {
		note_done(delivery);
		return;
	}
	note_problem(delivery, ours.number, error);
	if (!refused)
		disconnect(delivery);
	delivery->retry_at_ms = monotonic_ms() + (refused ? REFUSED_RETRY_MS : BROKEN_RETRY_MS);
}

bool delivery_due(const struct delivery *delivery, struct inventory *inventory,
	const struct observation *observation)
{
	struct generation_header ours;

	if (inventory_generation(inventory, &ours) < 0)
		return false;
	if (delivery->retry_at_ms != 0)
		return monotonic_ms() >= delivery->retry_at_ms;
	return observation->connected &&
	       (memcmp(ours.digest, observation->digest, sizeof(ours.digest)) != 0 ||
		       is_behind(observation->disarmed, observation->disarmed_count,
			       inventory_caution(inventory)));
}

int64_t delivery_retry_at_ms(const struct delivery *delivery)
{
	return delivery->retry_at_ms;
}

bool delivery_done(const struct delivery *delivery)
{
	return delivery->done;
}

const char *delivery_problem(const struct delivery *delivery)
{
	return delivery->problem;
}

uint64_t delivery_problem_since_ns(const struct delivery *delivery)
{
	return delivery->problem_since_ns;
}
