// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/installation.h"

#include "config/utc.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// At about 0.3 µs each this keeps a step below a millisecond.
#define STEP_ADDRESSES 2048u

void installation_init(
	struct installation *installation, struct regime *regime, uint32_t rule_limit)
{
	memset(installation, 0, sizeof(*installation));
	installation->regime = regime;
	installation->rule_limit = rule_limit;
}

void installation_destroy(struct installation *installation)
{
	installation_cancel(installation);
}

int installation_begin(struct installation *installation, int memfd, uint64_t number, char *error,
	size_t error_size)
{
	assert(installation->state == INSTALLATION_IDLE);
	installation->builder =
		generation_builder_create(memfd, installation->rule_limit, error, error_size);
	if (!installation->builder)
		return -1;
	installation->number = number;
	installation->state = INSTALLATION_BUILDING;
	return 0;
}

static enum installation_event swap(
	struct installation *installation, char *error, size_t error_size)
{
	struct generation *generation = generation_builder_finish(installation->builder);
	uint64_t number = generation_header(generation)->number;

	installation->builder = NULL;
	if (number != installation->number) {
		snprintf(error, error_size,
			"generation %" PRIu64 " was announced, the memfd holds generation %" PRIu64,
			installation->number, number);
		generation_free(generation);
		installation->state = INSTALLATION_IDLE;
		return INSTALLATION_FAILED;
	}
	regime_replace(installation->regime, generation);
	installation->since_ns = utc_now_ns();
	installation->state = INSTALLATION_SETTLING;
	return INSTALLATION_GOES_ON;
}

static enum installation_event build(
	struct installation *installation, char *error, size_t error_size)
{
	int result =
		generation_builder_step(installation->builder, STEP_ADDRESSES, error, error_size);

	if (result == 0)
		return INSTALLATION_GOES_ON;
	if (result > 0)
		return swap(installation, error, error_size);
	installation_cancel(installation);
	return INSTALLATION_FAILED;
}

enum installation_event installation_advance(
	struct installation *installation, char *error, size_t error_size)
{
	switch (installation->state) {
	case INSTALLATION_IDLE:
		break;
	case INSTALLATION_BUILDING:
		return build(installation, error, error_size);
	case INSTALLATION_SETTLING:
		if (!regime_reclaim(installation->regime))
			break;
		installation->state = INSTALLATION_IDLE;
		return INSTALLATION_DONE;
	}
	return INSTALLATION_GOES_ON;
}

void installation_cancel(struct installation *installation)
{
	if (installation->state != INSTALLATION_BUILDING)
		return;
	generation_builder_free(installation->builder);
	installation->builder = NULL;
	installation->state = INSTALLATION_IDLE;
}
