// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/domain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct {
	const char *text, *domain; // NULL: none
} examples[] = {
	{"cnc.example", "cnc.example"},
	{"CNC.Example.", "cnc.example"},
	{"a_b.example", "a_b.example"},
	{"xn--fiqs8s.example", "xn--fiqs8s.example"},
	{"1-2.3.example", "1-2.3.example"},
	{"example", NULL},
	{"", NULL},
	{".", NULL},
	{"..", NULL},
	{".example.com", NULL},
	{"a..example", NULL},
	{"a.example..", NULL},
	{"-a.example", NULL},
	{"a-.example", NULL},
	{"a b.example", NULL},
	{"a.example:80", NULL},
	{"a.example/x", NULL},
	{"*.example", NULL},
	{"192.0.2.1", NULL},
	{"192.0.2.256", NULL},
	{"例.example", NULL},
};

static void names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		char domain[DOMAIN_SIZE];
		bool parsed = domain_parse(examples[i].text, domain);
		if (parsed != (examples[i].domain != NULL))
			fail_msg("'%s'", examples[i].text);
		if (parsed)
			assert_string_equal(domain, examples[i].domain);
	}
}

static void lengths(void **state)
{
	(void)state;
	char domain[DOMAIN_SIZE], text[300];
	memset(text, 'a', 64);
	memcpy(text + 64, ".example", sizeof(".example"));
	assert_false(domain_parse(text, domain));
	assert_true(domain_parse(text + 1, domain));

	// 127 labels of one letter: 253 characters.
	for (size_t i = 0; i < 260; i++)
		text[i] = i % 2 ? '.' : 'a';
	text[253] = '\0';
	assert_true(domain_parse(text, domain));
	assert_int_equal(strlen(domain), 253);
	text[253] = '.';
	text[255] = '\0';
	assert_false(domain_parse(text, domain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(lengths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
