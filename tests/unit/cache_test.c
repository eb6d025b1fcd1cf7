// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define TIMEOUT 1000
#define HOLD    100

// One set: what gives way is known.
static struct cache *one_set(void)
{
	const struct cache_request request = {
		.limit = 1,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint32_t),
		.timeout_ticks = TIMEOUT,
		.hold_ticks = HOLD,
	};
	struct cache *cache = cache_create(&request);

	assert_non_null(cache);
	return cache;
}

static bool add(struct cache *cache, uint32_t key, uint64_t ticks, bool *evicted)
{
	uint32_t *value = cache_add(cache, &key, ticks, evicted);

	if (!value)
		return false;
	assert_int_equal(*value, 0);
	*value = key + 1000;
	return true;
}

static bool has(struct cache *cache, uint32_t key, uint64_t ticks)
{
	const uint32_t *value = cache_find(cache, &key, ticks);

	if (value)
		assert_int_equal(*value, key + 1000);
	return value != NULL;
}

static void what_is_looked_up_stays(void **state)
{
	struct cache *cache = one_set();
	bool evicted = false;

	(void)state;
	assert_false(has(cache, 1, 0));
	assert_true(add(cache, 1, 0, &evicted));
	assert_true(has(cache, 1, TIMEOUT));
	assert_true(has(cache, 1, 2 * TIMEOUT));
	assert_true(has(cache, 1, 5)); // time that runs backwards
	assert_true(has(cache, 1, 3 * TIMEOUT));
	assert_false(has(cache, 1, 4 * TIMEOUT + 1));
	assert_false(evicted);
	cache_free(cache);
}

static void the_quietest_gives_way_but_none_at_work(void **state)
{
	struct cache *cache = one_set();
	bool evicted = false;

	(void)state;
	for (uint32_t key = 0; key < CACHE_WAYS; key++)
		assert_true(add(cache, key, key, &evicted));
	assert_false(evicted);
	assert_false(add(cache, 100, HOLD - 1, &evicted));
	assert_true(has(cache, 0, HOLD)); // now 1 is the quietest
	assert_false(add(cache, 100, HOLD, &evicted));
	assert_false(evicted);
	assert_true(add(cache, 100, HOLD + 1, &evicted));
	assert_true(evicted);
	assert_false(has(cache, 1, HOLD + 1));
	for (uint32_t key = 2; key < CACHE_WAYS; key++)
		assert_true(has(cache, key, HOLD + 1));
	assert_true(has(cache, 0, HOLD + 1));
	cache_free(cache);
}

static void what_is_over_makes_room_unnoticed(void **state)
{
	struct cache *cache = one_set();
	bool evicted = false;

	(void)state;
	for (uint32_t key = 0; key < CACHE_WAYS; key++)
		assert_true(add(cache, key, 0, &evicted));
	assert_true(add(cache, 100, TIMEOUT + 1, &evicted));
	assert_false(evicted);
	cache_free(cache);
}

// Half a key a set on the average: that nine meet in one of 512 happens once in 600,000 seeds.
#define FEW 256

static void a_large_one_keeps_them_apart(void **state)
{
	const struct cache_request request = {
		.limit = 4096,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint32_t),
		.timeout_ticks = TIMEOUT,
		.hold_ticks = HOLD,
	};
	struct cache *cache = cache_create(&request);
	bool evicted = false;

	(void)state;
	for (uint32_t key = 0; key < FEW; key++)
		assert_true(add(cache, key, 0, &evicted));
	for (uint32_t key = 0; key < FEW; key++)
		assert_true(has(cache, key, 1));
	cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_looked_up_stays),
		cmocka_unit_test(the_quietest_gives_way_but_none_at_work),
		cmocka_unit_test(what_is_over_makes_room_unnoticed),
		cmocka_unit_test(a_large_one_keeps_them_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
