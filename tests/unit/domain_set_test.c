// SPDX-License-Identifier: BSD-3-Clause
#include "control/domain_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void finds_the_longest(void **state)
{
	static const struct {
		const char *domain;
		const char *member; // NULL: none
		size_t number;
	} examples[] = {
		{"example.net", "example.net", 1},
		{"www.example.net", "example.net", 1},
		{"a.b.example.net", "b.example.net", 2},
		{"b.example.net", "b.example.net", 2},
		{"notexample.net", NULL, 0},
		{"net", NULL, 0},
		{"example.net.example", NULL, 0},
		{"exact.example.org", "exact.example.org", 3},
		{"www.exact.example.org", NULL, 0},
		// Alone, and further below with all below it.
		{"both.example.com", "both.example.com", 4},
		{"www.both.example.com", "both.example.com", 5},
	};
	struct domain_set *set = domain_set_create();
	size_t number;

	(void)state;
	assert_non_null(set);
	assert_true(domain_set_add(set, "zone.example", true, 0));
	assert_true(domain_set_add(set, "example.net", true, 1));
	assert_true(domain_set_add(set, "b.example.net", true, 2));
	assert_true(domain_set_add(set, "exact.example.org", false, 3));
	assert_true(domain_set_add(set, "both.example.com", false, 4));
	assert_true(domain_set_add(set, "both.example.com", true, 5));
	domain_set_seal(set);
	assert_int_equal(domain_set_count(set), 6);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const char *member = domain_set_find(set, examples[i].domain, &number);

		if ((member == NULL) != (examples[i].member == NULL))
			fail_msg("%s", examples[i].domain);
		if (member == NULL)
			continue;
		assert_string_equal(member, examples[i].member);
		assert_int_equal(number, examples[i].number);
	}
	domain_set_free(set);
	domain_set_free(NULL);
}

static void empty(void **state)
{
	struct domain_set *set = domain_set_create();
	size_t number;

	(void)state;
	domain_set_seal(set);
	assert_null(domain_set_find(set, "example.net", &number));
	domain_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_longest),
		cmocka_unit_test(empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
