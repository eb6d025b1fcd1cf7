// SPDX-License-Identifier: BSD-3-Clause
#include "config/mac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void stations(void **state)
{
	static const uint8_t expected[MAC_SIZE] = {0x02, 0x00, 0x5e, 0xab, 0xCD, 0xef};
	uint8_t mac[MAC_SIZE];

	(void)state;
	assert_true(mac_parse("02:00:5e:ab:CD:ef", mac));
	assert_memory_equal(mac, expected, sizeof(mac));
}

static void what_is_none(void **state)
{
	static const char *const wrong[] = {"", "02", "02:00:5e:ab:cd",
		"02:00:5e:ab:cd:", "02:00:5e:ab:cd:ef:01", "02:00:5e:ab:cd:eg", "2:00:5e:ab:cd:ef",
		"02-00-5e-ab-cd-ef", "02:00:5e:ab:cd:ef ", " 02:00:5e:ab:cd:ef",
		"00:00:00:00:00:00", "01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff"};
	uint8_t mac[MAC_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(mac_parse(wrong[i], mac));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stations),
		cmocka_unit_test(what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
