// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/mapping.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/list_file.h"
#include "tests/unit/refusals.h"

#include "dataplane/api/generation_layout.h"

#define HEADER "subscriber,prefix,ports,link,vlan,session,label,flags\n"

static struct config config = {
	.links = {{.name = "edge0"}, {.name = "edge1"}},
	.link_count = 2,
};
static struct refusals refusals;

static struct mapping_file *read_text(const char *text)
{
	const struct list_file list = list_file_make(text);
	const struct table_listener listener = refusals_listener(&refusals);
	char error[512] = "";
	struct mapping_file *file =
		mapping_file_read(list.path, &config, &listener, error, sizeof(error));

	if (file == NULL)
		fail_msg("%s", error);
	list_file_remove(&list);
	return file;
}

// The mapping of one file.
static struct mapping *map(const char *text)
{
	struct mapping_file *file = read_text(text);
	const struct table_listener listener = {.refused = refusals_take, .context = &refusals};
	struct mapping *mapping = mapping_create(&file, 1, &config, &listener);

	assert_non_null(mapping);
	mapping_file_release(file);
	return mapping;
}

static struct subscriber_key address_key(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, strlen(text), &prefix));
	return (struct subscriber_key){
		.address = prefix.address, .kind = SUBSCRIBER_ADDRESS, .length = prefix.length};
}

static struct subscriber_key ports_key(const char *text, uint16_t port, uint8_t length)
{
	struct subscriber_key key = address_key(text);

	key.kind = SUBSCRIBER_PORTS;
	key.port = port;
	key.length = length;
	return key;
}

static struct subscriber_key ids_key(enum subscriber_key_kind kind, struct link_ids ids)
{
	return subscriber_key_on_link(kind, &ids);
}

static void assert_found(
	const struct mapping *mapping, struct subscriber_key key, const char *subscriber)
{
	const char *found = mapping_find(mapping, &key);

	if (subscriber == NULL)
		assert_null(found);
	else if (found == NULL)
		fail_msg("%s is not found", subscriber);
	else
		assert_string_equal(found, subscriber);
}

static void every_kind_of_key(void **state)
{
	struct mapping *mapping = map(HEADER "alice,192.0.2.0/24,,,,,,\n"
					     "bob,192.0.2.7,,,,,,\n"
					     "carol,2001:db8:0:100::/56,,,,,,\n"
					     "dave,203.0.113.1,1024-2047,,,,,\n"
					     "erin,,,edge0,100.200,,,\n"
					     "frank,,,edge0,100.201-209,,,\n"
					     "grace,,,edge1,300,,,\n"
					     "heidi,,,edge0,400-402,,,\n"
					     "ivan,,,edge0,100.300,7,,\n"
					     "judy,,,edge0,,8,,\n"
					     "mallory,,,edge1,,,1000,\n");

	(void)state;
	assert_int_equal(refusals.count, 0);
	assert_int_equal(mapping_keys(mapping), 11);
	assert_found(mapping, address_key("192.0.2.6"), "alice");
	assert_found(mapping, address_key("192.0.2.7"), "bob");
	assert_found(mapping, address_key("192.0.3.7"), NULL);
	assert_found(mapping, address_key("2001:db8:0:100::/56"), "carol");
	assert_found(mapping, address_key("2001:db8:0:1ff::1"), "carol");
	assert_found(mapping, address_key("2001:db8::/48"), NULL); // not all of it
	assert_found(mapping, address_key("192.0.2.6/31"), NULL);  // alice and bob
	assert_found(mapping, ports_key("203.0.113.1", 1024, 10), "dave");
	assert_found(mapping, ports_key("203.0.113.1", 1536, 9), "dave");
	assert_found(mapping, ports_key("203.0.113.1", 2048, 10), NULL);
	assert_found(mapping, ports_key("203.0.113.1", 0, 11), NULL); // more than dave's
	assert_found(mapping, address_key("203.0.113.1"), NULL);
	assert_found(mapping, ports_key("192.0.2.7", 0, 10), "bob"); // all of the address is bob's
	assert_found(
		mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){0, 100, 200, 0, 0}), "erin");
	assert_found(mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){1, 100, 200, 0, 0}), NULL);
	assert_found(
		mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){0, 100, 209, 0, 0}), "frank");
	assert_found(mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){0, 100, 210, 0, 0}), NULL);
	assert_found(mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){0, 100, 0, 0, 0}), NULL);
	assert_found(
		mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){1, 300, 0, 0, 0}), "grace");
	assert_found(
		mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){1, 300, 4094, 0, 0}), "grace");
	assert_found(
		mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){0, 402, 0, 0, 0}), "heidi");
	assert_found(
		mapping, ids_key(SUBSCRIBER_SESSION, (struct link_ids){0, 100, 300, 7, 0}), "ivan");
	assert_found(
		mapping, ids_key(SUBSCRIBER_SESSION, (struct link_ids){0, 0, 0, 8, 0}), "judy");
	assert_found(mapping, ids_key(SUBSCRIBER_SESSION, (struct link_ids){0, 0, 0, 9, 0}), NULL);
	// A session that no row names is the VLAN's.
	assert_found(
		mapping, ids_key(SUBSCRIBER_SESSION, (struct link_ids){0, 100, 200, 9, 0}), "erin");
	assert_found(
		mapping, ids_key(SUBSCRIBER_LABEL, (struct link_ids){1, 0, 0, 0, 1000}), "mallory");
	assert_found(mapping, ids_key(SUBSCRIBER_LABEL, (struct link_ids){1, 0, 0, 0, 1001}), NULL);
	mapping_free(mapping);
}

static void columns_in_any_order(void **state)
{
	struct mapping *mapping = map("# of the day\nflags,prefix,subscriber\n"
				      "watch,192.0.2.1,\"alice, the first\"\n,192.0.2.2,bob\n");

	(void)state;
	assert_found(mapping, address_key("192.0.2.1"), "alice, the first");
	assert_int_equal(mapping_flags(mapping, "alice, the first"), SUBSCRIBER_FLAG_WATCH);
	assert_int_equal(mapping_flags(mapping, "bob"), 0);
	mapping_free(mapping);
}

static void flags_are_of_the_subscriber(void **state)
{
	struct mapping *mapping = map(HEADER "alice,192.0.2.1,,,,,,exempt\n"
					     "alice,192.0.2.2,,,,,,\n"
					     "alice,,,,,,,watch  consented\n"
					     "radius-user,,,,,,,opt-out\n");

	(void)state;
	assert_int_equal(refusals.count, 0);
	assert_int_equal(mapping_flags(mapping, "alice"),
		SUBSCRIBER_FLAG_EXEMPT | SUBSCRIBER_FLAG_WATCH | SUBSCRIBER_FLAG_CONSENTED);
	assert_int_equal(mapping_flags(mapping, "radius-user"), SUBSCRIBER_FLAG_OPT_OUT);
	assert_int_equal(mapping_flags(mapping, "nobody"), 0);
	assert_int_equal(mapping_flagged(mapping), 2);
	assert_int_equal(mapping_keys(mapping), 2);
	mapping_free(mapping);
}

static void bad_rows_are_told(void **state)
{
	static const struct {
		const char *row, *refusal;
	} rows[] = {
		{",192.0.2.1,,,,,,", "'': a subscriber is named"},
		{"a,192.0.2.1/24,,,,,,", "'192.0.2.1/24': not a prefix"},
		{"a,::/0,,,,,,", "'::/0': reaches over all of IPv4"},
		{"a,192.0.2.0/24,1-2,,,,,", "'192.0.2.0/24': ports belong to one IPv4 address"},
		{"a,2001:db8::1,1-2,,,,,", "ports belong to one IPv4 address"},
		{"a,192.0.2.1,2-1,,,,,", "no ports"},
		{"a,192.0.2.1,1-65536,,,,,", "no ports"},
		{"a,,1-2,,,,,", "ports need an IPv4 address"},
		{"a,,,edge2,100,,,", "'edge2': no link of that name; there is edge0, edge1"},
		{"a,,,edge0,4095,,,", "'4095': no VLAN"},
		{"a,,,edge0,0,,,", "'0': no VLAN"},
		{"a,,,edge0,100-99,,,", "no VLAN"},
		{"a,,,edge0,1-2.3,,,", "no VLAN"},
		{"a,,,edge0,100.,,,", "no VLAN"},
		{"a,,,edge0,,65535,,", "'65535': no PPPoE session"},
		{"a,,,edge0,100-101,7,,", "one VLAN"},
		{"a,,,edge0,,,15,", "'15': no MPLS label"},
		{"a,,,edge0,100,,1000,", "a label stands alone"},
		{"a,,,edge0,,,,", "belong together"},
		{"a,,,,100,,,", "belong together"},
		{"a,192.0.2.1,,edge0,100,,,", "either a prefix or"},
		{"a,192.0.2.1,,,,,,optout", "'optout': flags are opt-out,"},
		{"a,,,,,,,", "'a': names neither"},
		{"a,192.0.2.1", "'a': 2 fields, the header has 8"},
		{"a,\"192.0.2.1,,,,,,", "quotes are not balanced"},
		{"a\001,192.0.2.1,,,,,,", "'a\\x01': not UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];
		struct mapping_file *file;

		snprintf(text, sizeof(text), HEADER "# a comment\n%s\nz,192.0.2.1,,,,,,\n",
			rows[i].row);
		file = read_text(text);
		assert_int_equal(file->count, 1);
		assert_int_equal(file->rejected, 1);
		if (strstr(refusals.text, rows[i].refusal) == NULL ||
			strncmp(refusals.text, "3: ", 3) != 0)
			fail_msg("%s: %s", rows[i].row, refusals.text);
		mapping_file_release(file);
	}
}

static void a_long_name_is_no_name(void **state)
{
	char text[SUBSCRIBER_NAME_SIZE + 100], name[SUBSCRIBER_NAME_SIZE + 1];
	struct mapping_file *file;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[SUBSCRIBER_NAME_SIZE - 1] = '\0';
	snprintf(text, sizeof(text), "subscriber,prefix\n%s,192.0.2.1\n", name);
	file = read_text(text);
	assert_int_equal(file->count, 1);
	mapping_file_release(file);
	name[SUBSCRIBER_NAME_SIZE - 1] = 'n';
	name[SUBSCRIBER_NAME_SIZE] = '\0';
	snprintf(text, sizeof(text), "subscriber,prefix\n%s,192.0.2.1\n", name);
	file = read_text(text);
	assert_int_equal(file->count, 0);
	mapping_file_release(file);
}

static void conflicts_name_both_lines(void **state)
{
	struct mapping *mapping = map(HEADER "alice,192.0.2.1,,,,,,opt-out\n"
					     "bob,192.0.2.1,,,,,,\n"
					     "alice,192.0.2.1,,,,,,\n"
					     "alice,192.0.2.2,,,,,,\n"
					     "alice,192.0.2.2,,,,,,watch\n"
					     "carol,,,edge0,100-110,,,\n"
					     "carol,,,edge0,105-115,,,\n"
					     "dave,,,edge0,112,,,\n");

	(void)state;
	assert_int_equal(refusals.count, 5);
	assert_non_null(strstr(refusals.text, "2: '192.0.2.1': is also the key of 'bob' of "));
	assert_non_null(strstr(refusals.text, ":3; neither stands\n"));
	assert_non_null(strstr(refusals.text, "3: '192.0.2.1': is also the key of 'alice' of "));
	assert_non_null(strstr(refusals.text, "4: '192.0.2.1': is also the key of 'alice' of "));
	assert_non_null(strstr(refusals.text, "7: 'edge0/vlan:100': crosses the key of 'carol'"));
	assert_non_null(strstr(refusals.text, "8: 'edge0/vlan:105': crosses the key of 'carol'"));
	assert_int_equal(mapping_conflicts(mapping, 0), 5);
	assert_int_equal(mapping_keys(mapping), 3);
	assert_found(mapping, address_key("192.0.2.1"), NULL);
	assert_found(mapping, address_key("192.0.2.2"), "alice"); // the same twice is no conflict
	assert_found(mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){0, 112, 0, 0, 0}), "dave");
	assert_found(mapping, ids_key(SUBSCRIBER_VLAN, (struct link_ids){0, 100, 0, 0, 0}), NULL);
	assert_int_equal(mapping_flags(mapping, "alice"), SUBSCRIBER_FLAG_WATCH);
	mapping_free(mapping);
}

static void several_files_are_one(void **state)
{
	struct mapping_file *files[3];
	const struct table_listener listener = {.refused = refusals_take, .context = &refusals};
	struct mapping *mapping;

	(void)state;
	files[0] = read_text(HEADER "alice,192.0.2.0/24,,,,,,\nbob,198.51.100.1,,,,,,\n");
	files[1] = NULL;
	files[2] = read_text(HEADER "carol,192.0.2.7,,,,,,\ncarol,198.51.100.1,,,,,,\n"
				    "alice,,,,,,,exempt\n");
	mapping = mapping_create(files, 3, &config, &listener);
	mapping_file_release(files[0]);
	mapping_file_release(files[2]);
	assert_found(mapping, address_key("192.0.2.7"), "carol");
	assert_found(mapping, address_key("192.0.2.8"), "alice");
	assert_found(mapping, address_key("198.51.100.1"), NULL);
	assert_int_equal(mapping_conflicts(mapping, 0), 1);
	assert_int_equal(mapping_conflicts(mapping, 1), 0);
	assert_int_equal(mapping_conflicts(mapping, 2), 1);
	assert_int_equal(mapping_flags(mapping, "alice"), SUBSCRIBER_FLAG_EXEMPT);
	mapping_free(mapping);
}

static void a_file_that_is_no_table(void **state)
{
	static const struct {
		const char *text, *error;
	} files[] = {
		{"", "column 'subscriber' is missing"},
		{"prefix,flags\n", "column 'subscriber' is missing"},
		{"subscriber,prefix,flag\n", ":1: column 'flag' is not known; those that are: "},
		{"subscriber,prefix,prefix\n", ":1: column 'prefix' is there twice"},
	};
	char error[512];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const struct list_file list = list_file_make(files[i].text);

		assert_null(mapping_file_read(list.path, &config, NULL, error, sizeof(error)));
		if (strstr(error, files[i].error) == NULL)
			fail_msg("%s", error);
		list_file_remove(&list);
	}
	assert_null(mapping_file_read("/nonexistent", &config, NULL, error, sizeof(error)));
	assert_non_null(strstr(error, "/nonexistent: cannot be opened"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_key),
		cmocka_unit_test(columns_in_any_order),
		cmocka_unit_test(flags_are_of_the_subscriber),
		cmocka_unit_test(bad_rows_are_told),
		cmocka_unit_test(a_long_name_is_no_name),
		cmocka_unit_test(conflicts_name_both_lines),
		cmocka_unit_test(several_files_are_one),
		cmocka_unit_test(a_file_that_is_no_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
