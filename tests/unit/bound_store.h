// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A store with bindings, and the identity that a mapping and a CGN file make, in a directory of its
// own. After cmocka.h.

#include "config/config.h"
#include "control/store/claims.h"
#include "control/subscriber/registry.h"
#include "tests/unit/scratch.h"

#define SECOND_NS UINT64_C(1000000000)

static struct scratch scratch;
static char mapping_path[PATH_MAX], cgn_path[PATH_MAX];
static char *mapping_paths[] = {mapping_path}, *cgn_paths[] = {cgn_path};
static struct config config = {
	.links = {{.name = "edge0"}, {.name = "edge1"}},
	.link_count = 2,
	.subscribers = {.v4_length = 32,
		.v6_length = 56,
		.mapping = mapping_paths,
		.mapping_count = 1,
		.cgn = cgn_paths,
		.cgn_count = 1},
};
static struct registry *registry;
static struct store *store;

static inline int bound_set_up(void **state)
{
	char error[512];

	(void)state;
	scratch = scratch_make();
	scratch_path(&scratch, "mapping.csv", mapping_path);
	scratch_path(&scratch, "cgn.csv", cgn_path);
	scratch_write(&scratch, "cgn.csv",
		"inside,outside,first_port,last_port\n100.64.8.0/30,203.0.113.0/32,1024,65535\n");
	registry = registry_create(&config);
	store = store_open(scratch.path, error, sizeof(error));
	return registry == NULL || store == NULL;
}

static inline int bound_tear_down(void **state)
{
	(void)state;
	store_close(store);
	registry_free(registry);
	scratch_remove(&scratch);
	return 0;
}

// The identity of these rows: subscriber, prefix, link, vlan, flags.
static inline const struct identity *map(const char *rows)
{
	char text[1024], error[256];

	snprintf(text, sizeof(text), "subscriber,prefix,link,vlan,flags\n%s", rows);
	scratch_write(&scratch, "mapping.csv", text);
	assert_true(registry_read(registry, true, NULL, error, sizeof(error)));
	return registry_identity(registry);
}

static inline struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, strlen(text), &prefix));
	return prefix;
}

// One session holds the prefix from one second to another; BINDING_OPEN: it still does.
static inline void hold(const char *prefix, const char *name, uint64_t from_s, uint64_t until_s)
{
	static int64_t session;
	struct binding binding = {.prefix = prefix_of(prefix),
		.start_ns = from_s * SECOND_NS,
		.end_ns = until_s * SECOND_NS};

	snprintf(binding.subscriber, sizeof(binding.subscriber), "%s", name);
	assert_int_equal(store_begin(store), 0);
	assert_int_equal(store_claim_enter(store, ++session, &binding, NULL), 0);
	assert_int_equal(store_commit(store), 0);
}
