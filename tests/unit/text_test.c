// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const struct {
	const char *text, *shown;
} examples[] = {
	{"", ""}, {"mirai ~", "mirai ~"}, {"関所", "関所"},
	{"\xf0\x9f\x9a\xa7", "\xf0\x9f\x9a\xa7"}, {"\xc2\xa0", "\xc2\xa0"}, {"a\tb", "a\\x09b"},
	{"\x1b[31m", "\\x1b[31m"}, {"\x7f", "\\x7f"}, {"\xc2\x9b", "\\xc2\\x9b"}, // C1: CSI
	{"\xc0\xaf", "\\xc0\\xaf"},                                               // overlong
	{"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},                                      // overlong
	{"\xed\xa0\x80", "\\xed\\xa0\\x80"},                                      // surrogate
	{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},                             // beyond Unicode
	{"\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"}, {"\xff", "\\xff"}, {"\x80", "\\x80"},
	{"\xe9", "\\xe9"},          // Latin-1
	{"\xe9s", "\\xe9s"},        // Latin-1
	{"\xe9\x96", "\\xe9\\x96"}, // cut
};

static void valid_is_shown_as_it_is(void **state)
{
	(void)state;
	char shown[64];
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		const char *text = examples[i].text;
		assert_string_equal(text_show(text, shown, sizeof(shown)), examples[i].shown);
		bool same = text == examples[i].shown || strcmp(text, examples[i].shown) == 0;
		assert_int_equal(text_valid(text), same);
	}
}

static void cut_at_a_character(void **state)
{
	(void)state;
	char shown[64];
	assert_string_equal(text_show("関所", shown, 7), "関所");
	assert_string_equal(text_show("関所", shown, 6), "関");
	assert_string_equal(text_show("a\x01", shown, 5), "a");
	assert_string_equal(text_show("a\x01", shown, 6), "a\\x01");
	assert_string_equal(text_show("abc", shown, 1), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_is_shown_as_it_is),
		cmocka_unit_test(cut_at_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
