// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Two feeds in a folder of their own, a store and an inventory: one of each, as set_up leaves them.

#include "control/inventory.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/utc.h"
#include "control/store/audit.h"
#include "control/store/settings.h"
#include "tests/unit/scratch.h"

#include <sodium.h>

#include <unistd.h>

#define HEADER "ip,transport,port,level,family,domain\n"

static struct scratch scratch;
static char first_path[PATH_MAX], second_path[PATH_MAX];
static struct config_feed feeds[] = {
	{.name = "first", .path = first_path, .level = 3, .shrink_percent = 50},
	{.name = "second", .path = second_path, .level = 3, .shrink_percent = 50},
};
static struct config config = {
	.feeds = feeds,
	.feed_count = 2,
	.rule_limit = 1000,
	.policy = {[4] = ACTION_DROP},
};
static atomic_bool stop;
static struct store *store;
static struct inventory *inventory;
static char error[INVENTORY_ERROR_SIZE];

static inline void open_inventory(void)
{
	store = store_open(scratch.path, error, sizeof(error));
	if (store == NULL)
		fail_msg("%s", error);
	inventory = inventory_open(&config, store, &stop, error, sizeof(error));
	if (inventory == NULL)
		fail_msg("%s", error);
}

static inline void close_inventory(void)
{
	inventory_close(inventory);
	store_close(store);
}

static inline int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	scratch_path(&scratch, "first.csv", first_path);
	scratch_path(&scratch, "second.csv", second_path);
	scratch_write(&scratch, "first.csv",
		HEADER "198.51.100.1,tcp,23,4,mirai,\n198.51.100.2,tcp,23,3,,example.org\n");
	scratch_write(
		&scratch, "second.csv", HEADER "198.51.100.3,udp,53,4,,\n,,,2,,example.com\n");
	config.rule_limit = 1000;
	atomic_store(&stop, false);
	open_inventory();
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	close_inventory();
	scratch_remove(&scratch);
	return 0;
}

static inline void load(bool asked)
{
	const struct inventory_request request = {.ends_rollback = asked, .actor = "test"};

	if (inventory_load(inventory, &request, NULL, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}

static inline struct generation_header generation(void)
{
	struct generation_header header;

	assert_true(inventory_generation(inventory, &header) >= 0);
	return header;
}

static inline void save(void)
{
	if (inventory_save(inventory, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}

// As the loader begins.
static inline void restart(void)
{
	close_inventory();
	open_inventory();
	if (inventory_refresh(inventory, error, sizeof(error)) < 0)
		fail_msg("%s", error);
}
