// SPDX-License-Identifier: BSD-3-Clause
#include "control/resolver.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "control/store/tenants.h"
#include "tests/unit/bound_store.h"

#include "dataplane/api/generation_layout.h"

#include <sqlite3.h>

static struct subscriber_key key_of(const char *text)
{
	const struct prefix prefix = prefix_of(text);

	return (struct subscriber_key){
		.address = prefix.address, .kind = SUBSCRIBER_ADDRESS, .length = prefix.length};
}

static struct resolved ask(const struct identity *identity, const struct subscriber_key *key,
	const char *link, uint64_t at_s)
{
	const struct resolver resolver = {.config = &config, .store = store};
	struct resolved resolved = {0};

	if (resolver_ask(&resolver, identity, key, link, at_s * SECOND_NS, &resolved) < 0)
		fail_msg("%s", store_error(store));
	return resolved;
}

static void assert_name(
	const struct identity *identity, const char *key, uint64_t at_s, const char *name)
{
	const struct subscriber_key asked = key_of(key);
	const struct resolved resolved = ask(identity, &asked, "", at_s);

	assert_string_equal(resolved.name, name);
	assert_int_equal(resolved.known, strcmp(name, key) != 0);
	assert_false(resolved.translated);
}

static void a_binding_is_before_the_mapping(void **state)
{
	const struct identity *identity =
		map("alice,100.64.0.1,,,watch\nbob,,,,opt-out\ncarol,100.64.0.2,,,\n");
	const struct subscriber_key key = key_of("100.64.0.1");

	(void)state;
	hold("100.64.0.1", "bob", 10, 20);
	assert_name(identity, "100.64.0.1", 9, "alice");
	assert_name(identity, "100.64.0.1", 10, "bob");
	assert_name(identity, "100.64.0.1", 20, "alice");
	assert_name(identity, "100.64.0.2", 15, "carol");
	assert_name(identity, "100.64.0.3", 15, "100.64.0.3");
	assert_int_equal(ask(identity, &key, "", 5).flags, SUBSCRIBER_FLAG_WATCH);
	assert_int_equal(ask(identity, &key, "", 15).flags, SUBSCRIBER_FLAG_OPT_OUT);
	// Before the mapping is there.
	assert_name(NULL, "100.64.0.1", 15, "bob");
	assert_name(NULL, "100.64.0.1", 5, "100.64.0.1");
}

static void a_binding_of_nobody_says_nothing(void **state)
{
	const struct identity *identity = map("alice,100.64.0.1,,,\n");

	(void)state;
	hold("100.64.0.1", "", 10, BINDING_OPEN);
	assert_name(identity, "100.64.0.1", 15, "alice");
}

static void keys_wider_than_bindings(void **state)
{
	const struct identity *identity = map("alice,100.64.0.1,,,\n");

	(void)state;
	hold("2001:db8:0:142::/64", "dave", 10, 20);
	assert_name(identity, "2001:db8:0:100::/56", 15, "dave");
	assert_name(identity, "2001:db8:0:100::/56", 25, "2001:db8:0:100::/56");
	assert_name(identity, "2001:db8:0:200::/56", 15, "2001:db8:0:200::/56");
	// Of two within it neither is the one; of one with two prefixes it is.
	hold("2001:db8:0:143::/64", "dave", 12, 20);
	assert_name(identity, "2001:db8:0:100::/56", 15, "dave");
	hold("2001:db8:0:144::1/128", "erin", 14, 20);
	assert_name(identity, "2001:db8:0:100::/56", 13, "dave");
	assert_name(identity, "2001:db8:0:100::/56", 15, "2001:db8:0:100::/56");
	// Who has all of it is asked first.
	hold("2001:db8::/48", "frank", 16, 20);
	assert_name(identity, "2001:db8:0:100::/56", 17, "frank");
}

static void a_key_with_too_much_history_is_nobodys(void **state)
{
	const struct identity *identity = map("alice,100.64.0.1,,,\n");

	(void)state;
	assert_int_equal(store_begin(store), 0);
	for (uint64_t i = 0; i <= TENANT_ROWS_MAX; i++) {
		struct binding binding = {.prefix = prefix_of("2001:db8:0:142::/64"),
			.subscriber = "dave",
			.start_ns = i + 1,
			.end_ns = BINDING_OPEN};

		if (i == TENANT_ROWS_MAX)
			assert_name(identity, "2001:db8:0:100::/56", 15, "dave");
		assert_int_equal(store_claim_enter(store, 1, &binding, NULL), 0);
	}
	assert_int_equal(store_commit(store), 0);
	assert_name(identity, "2001:db8:0:100::/56", 15, "2001:db8:0:100::/56");
}

static void what_is_translated_says_so(void **state)
{
	const struct identity *identity = map("alice,100.64.8.0,,,\n");
	struct subscriber_key key = {.kind = SUBSCRIBER_PORTS, .port = 1024, .length = 4};
	const struct prefix inside = prefix_of("100.64.8.0");
	struct resolved resolved;

	(void)state;
	key.address = prefix_of("203.0.113.0").address;
	resolved = ask(identity, &key, "", 5);
	assert_string_equal(resolved.name, "alice");
	assert_true(resolved.translated);
	assert_memory_equal(&resolved.via, &inside.address, sizeof(resolved.via));
	hold("100.64.8.0", "bob", 10, BINDING_OPEN);
	assert_string_equal(ask(identity, &key, "", 15).name, "bob");
	assert_false(ask(NULL, &key, "", 15).translated);
}

// In the store keys have no number; this configuration's is what mapping files are read by.
static void links_are_found_by_name(void **state)
{
	const struct identity *identity = map("alice,,edge0,100,\nbob,,edge1,100,\n");
	const struct link_ids ids = {.outer_vlan = 100};
	const struct subscriber_key key = subscriber_key_on_link(SUBSCRIBER_VLAN, &ids);

	(void)state;
	assert_string_equal(ask(identity, &key, "edge0", 5).name, "alice");
	assert_string_equal(ask(identity, &key, "edge1", 5).name, "bob");
	assert_string_equal(ask(identity, &key, "edge9", 5).name, "edge9/vlan:100");
}

static void a_store_that_fails_is_not_nobody(void **state)
{
	const struct identity *identity = map("alice,100.64.0.1,,,\n");
	const struct resolver resolver = {.config = &config, .store = store};
	const struct subscriber_key key = key_of("100.64.0.1");
	struct resolved resolved = {0};

	(void)state;
	assert_int_equal(store_script(store, "ALTER TABLE binding RENAME TO elsewhere"), 0);
	assert_int_equal(resolver_ask(&resolver, identity, &key, "", 5, &resolved), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bound_set_up, bound_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_binding_is_before_the_mapping),
		TEST(a_binding_of_nobody_says_nothing),
		TEST(keys_wider_than_bindings),
		TEST(a_key_with_too_much_history_is_nobodys),
		TEST(what_is_translated_says_so),
		TEST(links_are_found_by_name),
		TEST(a_store_that_fails_is_not_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
