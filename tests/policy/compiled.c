// SPDX-License-Identifier: BSD-3-Clause
#include "tests/policy/compiled.h"

#include "control/guard.h"
#include "control/list.h"
#include "tests/unit/config_text.h"

#include <time.h>

static void use_zone(int zone_h)
{
	char zone[16];

	// POSIX counts westwards.
	snprintf(zone, sizeof(zone), "TST%+d", -zone_h);
	setenv("TZ", zone, 1);
	tzset();
}

static struct config *load_config(const struct words *words, int files[WORDS_FEEDS + 1])
{
	char path[WORDS_FEEDS + 1][PATH_SIZE];
	static char text[WORDS_TEXT_SIZE], whole[2 * WORDS_TEXT_SIZE];

	for (int feed = 0; feed < WORDS_FEEDS; feed++) {
		words_list_text(words, feed, text);
		files[feed] = text_path(text, strlen(text), path[feed]);
	}
	text[0] = '\0';
	words_never_block_text(words, text);
	files[WORDS_FEEDS] = text_path(text, strlen(text), path[WORDS_FEEDS]);
	words_policy_text(words, text);
	snprintf(whole, sizeof(whole),
		"feeds = ( { name = \"feed0\"; path = \"%s\"; }, { name = \"feed1\"; path = "
		"\"%s\"; "
		"} );\n"
		"never_block = ( \"%s\" );\n%s",
		path[0], path[1], path[2], text);
	return loaded(whole);
}

static struct catalogue *load_lists(const struct config *config, int64_t now_s)
{
	struct catalogue *catalogue = catalogue_create();
	char error[CONFIG_ERROR_SIZE];
	struct guard *guard = guard_create(config, error, sizeof(error));

	assert_non_null(guard);
	for (uint16_t feed = 0; feed < WORDS_FEEDS; feed++) {
		const struct list_options options = {
			.feed = {.format = FEED_CSV, .level = 3},
			.number = feed,
			.now_s = now_s,
		};
		struct list_report report;

		if (list_load(config->feeds[feed].path, &options, guard, catalogue, &report, error,
			    sizeof(error)) != 0)
			fail_msg("%s", error);
		assert_int_equal(report.rejected, 0);
	}
	assert_true(catalogue_seal(catalogue, now_s));
	guard_free(guard);
	return catalogue;
}

void policy_compile(struct policy_compiled *compiled, const struct words *words,
	const struct flagged *subscribers)
{
	int files[WORDS_FEEDS + 1];
	char error[256];

	use_zone(words->zone_h);
	compiled->config = load_config(words, files);
	compiled->catalogue = load_lists(compiled->config, words->now_s);
	compiled->memfd = compile_generation(compiled->catalogue, compiled->config, subscribers,
		NULL, words->now_s, 1, 1, &compiled->header, error, sizeof(error));
	if (compiled->memfd < 0)
		fail_msg("%s", error);
	for (int i = 0; i <= WORDS_FEEDS; i++)
		close(files[i]);
}

void policy_compiled_free(struct policy_compiled *compiled)
{
	close(compiled->memfd);
	catalogue_release(compiled->catalogue);
	config_free(compiled->config);
}
