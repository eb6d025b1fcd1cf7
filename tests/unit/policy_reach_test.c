// SPDX-License-Identifier: BSD-3-Clause
#include "control/policy_reach.h"

#include "config/transport.h"
#include "tests/unit/config_text.h"

#include "tests/unit/catalogue_row.h"

#include <time.h>

#define HOUR 3600
#define DAY  (24 * HOUR)
// A Monday, 00:00 UTC.
#define MONDAY 1767571200

static struct indicator_source sources[2];

static struct indicator some_indicator(void)
{
	memset(sources, 0, sizeof(sources));
	return (struct indicator){
		.port = 80,
		.transport = TRANSPORT_TCP,
		.level = 3,
		.confidence = 50,
		.max_action = ACTION_SINKHOLE,
		.family = "Mirai.b",
		.sources = sources,
		.source_count = 2,
	};
}

static bool fits_at(const char *condition, const struct indicator *indicator, int64_t now_s)
{
	char text[256];

	snprintf(text, sizeof(text),
		"policy = ( { %s action = \"drop\"; } );\n"
		"feeds = ( { name = \"isac\"; path = \"a\"; }, { name = \"other\"; path = \"b\"; } "
		");",
		condition);
	struct config *config = loaded(text);
	const struct policy_moment moment = policy_moment(config, now_s);
	const bool fits = policy_reach(config, &moment, indicator).entries & 1;
	config_free(config);
	return fits;
}

static bool fits(const char *condition, const struct indicator *indicator)
{
	return fits_at(condition, indicator, MONDAY);
}

static void what_lists_say(void **state)
{
	struct indicator indicator = some_indicator();

	(void)state;
	assert_true(fits("", &indicator));
	assert_true(fits("levels = [ 1, 3 ];", &indicator));
	assert_false(fits("levels = [ 1, 2, 4 ];", &indicator));
	assert_true(fits("min_confidence = 50;", &indicator));
	assert_false(fits("min_confidence = 51;", &indicator));
	assert_true(fits("families = ( \"emotet\", \"mirai*\" );", &indicator));
	assert_true(fits("families = ( \"MIRAI.B\" );", &indicator));
	assert_true(fits("families = ( \"*\" );", &indicator));
	assert_false(fits("families = ( \"mirai\" );", &indicator));
	assert_false(fits("families = ( \"mirai.bb*\" );", &indicator));
	indicator.family = NULL;
	assert_false(fits("families = ( \"*\" );", &indicator));

	assert_true(fits("transports = ( \"tcp\" );", &indicator));
	assert_false(fits("transports = ( \"udp\", \"any\" );", &indicator));
	indicator.transport = TRANSPORT_ANY;
	assert_true(fits("transports = ( \"udp\", \"any\" );", &indicator));
	assert_false(fits("transports = ( \"udp\", \"tcp\" );", &indicator));
	indicator.transport = TRANSPORT_UDP;
	assert_true(fits("transports = ( \"udp\" );", &indicator));
}

static void what_sources_say(void **state)
{
	const struct indicator indicator = some_indicator();

	(void)state;
	assert_true(fits("sources = ( \"isac\" );", &indicator));
	assert_false(fits("sources = ( \"other\" );", &indicator));
	sources[1].feed = 1;
	assert_true(fits("sources = ( \"oth*\" );", &indicator));
	sources[1].source = "CERT";
	assert_true(fits("sources = ( \"cert\" );", &indicator));
	sources[1].feed = 2; // of nobody
	assert_false(fits("sources = ( \"other\" );", &indicator));
	assert_false(fits("countries = ( \"nl\" );", &indicator));
	sources[0].country = "DE";
	sources[1].country = "NL";
	assert_true(fits("countries = ( \"nl\" );", &indicator));
	assert_true(fits("countries = ( \"fr\", \"de\" );", &indicator));
	assert_false(fits("countries = ( \"fr\" );", &indicator));
}

static void ages(void **state)
{
	const struct indicator indicator = some_indicator();

	(void)state;
	// Nobody says.
	assert_false(fits("min_age = \"1d\";", &indicator));
	assert_false(fits("max_age = \"1d\";", &indicator));
	sources[1].first_seen_s = MONDAY + 1;
	sources[0].first_seen_s = MONDAY + 30 * DAY;
	assert_false(fits_at("min_age = \"1d\";", &indicator, MONDAY + DAY + 1));
	assert_false(fits_at("min_age = \"1d\";", &indicator, MONDAY + DAY + HOUR - 1));
	assert_true(fits_at("min_age = \"1d\";", &indicator, MONDAY + DAY + HOUR));
	assert_true(fits_at("max_age = \"1d\";", &indicator, MONDAY + DAY + HOUR - 1));
	assert_false(fits_at("max_age = \"1d\";", &indicator, MONDAY + DAY + HOUR));
	// To the second.
	sources[1].first_seen_s = MONDAY;
	assert_true(fits_at("max_age = \"1d\";", &indicator, MONDAY + DAY));
	assert_false(fits_at("max_age = \"1d\";", &indicator, MONDAY + DAY + HOUR));
	assert_true(fits_at("min_age = \"1d\";", &indicator, MONDAY + DAY));
	sources[1].first_seen_s = MONDAY + 1;
	// Within the hour in which it came.
	assert_true(fits_at("max_age = \"1d\";", &indicator, MONDAY + 2));
	assert_true(
		fits_at("min_age = \"1d\"; max_age = \"2d\";", &indicator, MONDAY + DAY + HOUR));
}

static void use_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void hours(void **state)
{
	const struct indicator indicator = some_indicator();
	const char *night = "hours = \"22:00-06:00\"; days = ( \"mon\" );";

	(void)state;
	use_zone("UTC0");
	assert_false(fits_at(night, &indicator, MONDAY));
	assert_false(fits_at(night, &indicator, MONDAY + 22 * HOUR - 1));
	assert_true(fits_at(night, &indicator, MONDAY + 22 * HOUR));
	assert_true(fits_at(night, &indicator, MONDAY + 30 * HOUR - 1));
	assert_false(fits_at(night, &indicator, MONDAY + 30 * HOUR));
	// An hour east: it begins an hour earlier.
	use_zone("TST-1");
	assert_true(fits_at(night, &indicator, MONDAY + 21 * HOUR));
	assert_false(fits_at(night, &indicator, MONDAY + 29 * HOUR));
	use_zone("UTC0");
}

// Walks from change to change and compares with a look at every minute.
static void assert_changes(const char *text, struct catalogue *catalogue, int64_t from_s,
	int64_t to_s, const int64_t expected[])
{
	struct config *config = loaded(text);
	int64_t at_s = from_s;
	size_t i = 0;

	while ((at_s = policy_next_change(config, catalogue, at_s)) != 0 && at_s < to_s) {
		if (at_s != expected[i])
			fail_msg("change %zu: %lld, should be %lld", i, (long long)at_s,
				(long long)expected[i]);
		i++;
	}
	assert_int_equal(expected[i], 0);
	config_free(config);
}

static void what_changes_next(void **state)
{
	struct feed_row rows[] = {row_of("192.0.2.1", 80, TRANSPORT_TCP, 4),
		row_of("192.0.2.2", 80, TRANSPORT_TCP, 4)};
	struct catalogue *catalogue = catalogue_create();

	(void)state;
	use_zone("UTC0");
	rows[1].first_seen_s = MONDAY + 60;
	for (uint32_t i = 0; i < 2; i++)
		assert_true(catalogue_add(catalogue, 0, i, &rows[i]));
	assert_true(catalogue_seal(catalogue, 1));

	assert_changes("policy = ( { action = \"drop\"; } );", catalogue, MONDAY, MONDAY + 9 * DAY,
		(const int64_t[]){0});
	assert_changes("policy = ( { hours = \"08:00-17:30\"; days = ( \"tue\", \"sun\" ); "
		       "action = \"drop\"; }, { days = ( \"wed\" ); action = \"alert\"; } );",
		catalogue, MONDAY, MONDAY + 7 * DAY,
		(const int64_t[]){MONDAY + DAY + 8 * HOUR, MONDAY + DAY + 17 * HOUR + HOUR / 2,
			MONDAY + 2 * DAY, MONDAY + 3 * DAY, MONDAY + 6 * DAY + 8 * HOUR,
			MONDAY + 6 * DAY + 17 * HOUR + HOUR / 2, 0});
	// Only of those whose age is known, at full hours.
	assert_changes("policy = ( { min_age = \"2h\"; max_age = \"1d\"; action = \"drop\"; } );",
		catalogue, MONDAY, MONDAY + 9 * DAY,
		(const int64_t[]){MONDAY + 3 * HOUR, MONDAY + 25 * HOUR, 0});
	rows[1].first_seen_s = MONDAY;
	catalogue_release(catalogue);
	catalogue = catalogue_create();
	assert_true(catalogue_add(catalogue, 0, 1, &rows[1]));
	assert_true(catalogue_seal(catalogue, 1));
	assert_changes("policy = ( { min_age = \"2h\"; max_age = \"1d\"; action = \"drop\"; } );",
		catalogue, MONDAY, MONDAY + 9 * DAY,
		(const int64_t[]){MONDAY + 2 * HOUR, MONDAY + 25 * HOUR, 0});
	assert_changes("policy = ( { min_age = \"25h\"; action = \"drop\"; },\n"
		       "{ hours = \"02:00-03:00\"; days = ( \"tue\" ); action = \"drop\"; } );",
		catalogue, MONDAY, MONDAY + 7 * DAY,
		(const int64_t[]){MONDAY + 25 * HOUR, MONDAY + 26 * HOUR, MONDAY + 27 * HOUR, 0});
	catalogue_release(catalogue);
}

// On 29 March 2026 the hour from 02:00 is not there, on 25 October it comes twice.
static void clocks_that_are_set(void **state)
{
	struct catalogue *catalogue = catalogue_create();
	const char *text = "policy = ( { hours = \"02:30-03:30\"; action = \"drop\"; } );";
	const int64_t spring_s = MONDAY + 83 * DAY, autumn_s = MONDAY + 293 * DAY; // Sundays

	(void)state;
	assert_true(catalogue_seal(catalogue, 1));
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	// 03:00 summer time is 01:00 UTC: half an hour is left.
	assert_changes(text, catalogue, spring_s, spring_s + DAY / 2,
		(const int64_t[]){spring_s + HOUR, spring_s + HOUR + HOUR / 2, 0});
	// 02:30 summer time, back to 02:00 at 03:00, 02:30 again, 03:30.
	assert_changes(text, catalogue, autumn_s, autumn_s + DAY / 2,
		(const int64_t[]){autumn_s + HOUR / 2, autumn_s + HOUR, autumn_s + HOUR + HOUR / 2,
			autumn_s + 2 * HOUR + HOUR / 2, 0});
	use_zone("UTC0");
	catalogue_release(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_lists_say),
		cmocka_unit_test(what_sources_say),
		cmocka_unit_test(ages),
		cmocka_unit_test(hours),
		cmocka_unit_test(what_changes_next),
		cmocka_unit_test(clocks_that_are_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
