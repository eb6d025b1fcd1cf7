// SPDX-License-Identifier: BSD-3-Clause
#include "config/config.h"
#include "dataplane/api/evidence.h"
#include "dataplane/api/generation_layout.h"

#include "tests/unit/config_text.h"

static void what_stands_by_default(void **state)
{
	struct config *config = loaded("");
	const struct config_policy *policy = &config->policy;
	static const enum action caps[CONFIG_LEVELS] = {
		ACTION_ALERT, ACTION_ALERT, ACTION_ALERT, ACTION_POLICE, ACTION_SINKHOLE};

	(void)state;
	assert_int_equal(policy->entry_count, 1);
	for (int level = 1; level < CONFIG_LEVELS; level++)
		assert_int_equal(policy->entries[0].levels[level], level == 4);
	assert_int_equal(policy->entries[0].action, ACTION_DROP);
	assert_int_equal(policy->entries[0].mode, MODE_ENFORCE);
	assert_memory_equal(policy->caps, caps, sizeof(caps));
	config_free(config);

	config = loaded("policy = ( );");
	assert_int_equal(config->policy.entry_count, 0);
	assert_memory_equal(config->policy.caps, caps, sizeof(caps));
	config_free(config);
}

static void an_entry_with_little_to_say(void **state)
{
	struct config *config = loaded("policy = ( { action = \"police\"; } );");
	const struct config_policy_entry *entry = &config->policy.entries[0];

	(void)state;
	assert_string_equal(entry->name, "");
	for (int level = 1; level < CONFIG_LEVELS; level++)
		assert_true(entry->levels[level]);
	assert_int_equal(entry->min_confidence, 0);
	assert_int_equal(entry->min_evidence, EVIDENCE_UNSOLICITED);
	assert_int_equal(entry->transports, CONFIG_POLICY_TRANSPORTS);
	assert_int_equal(entry->flags, 0);
	assert_int_equal(entry->families.count + entry->sources.count + entry->countries.count, 0);
	assert_int_equal(entry->min_age_s, 0);
	assert_int_equal(entry->max_age_s, 0);
	assert_int_equal(entry->window.days, 0);
	assert_int_equal(entry->mode, MODE_ENFORCE);
	assert_int_equal(entry->police_pps, 10);
	assert_int_equal(entry->police_burst, 10);
	assert_false(entry->refuse_udp);
	assert_int_equal(entry->sinkhole_else, ACTION_ALERT);
	config_free(config);
}

static void an_entry_that_says_all(void **state)
{
	struct config *config = loaded(
		"policy = ( { name = \"night\"; levels = [ 2, 3 ]; min_confidence = 80;\n"
		"min_evidence = \"answered\"; families = ( \"mirai*\", \"Emotet\" );\n"
		"sources = [ \"isac\" ]; transports = ( \"tcp\", \"any\" ); countries = ( \"nl\" "
		");\n"
		"min_age = \"12h\"; max_age = \"4w\"; flags = ( \"consented\", \"watch\" );\n"
		"days = ( \"mon\", \"sun\" ); hours = \"22:00-06:00\"; action = \"reset\";\n"
		"mode = \"shadow\"; rate = 3; burst = 7; udp = \"refuse\"; },\n"
		"{ days = [ \"tue\" ]; action = \"sinkhole\"; sinkhole_else = \"drop\"; },\n"
		"{ hours = \"01:00-02:00\"; rate = 5; action = \"drop\"; } );\n"
		"caps = ( { levels = [ 1, 2 ]; max_action = \"police\"; },\n"
		"{ levels = [ 4 ]; max_action = \"alert\"; } );");
	const struct config_policy_entry *entry = &config->policy.entries[0];
	static const enum action caps[CONFIG_LEVELS] = {
		ACTION_ALERT, ACTION_POLICE, ACTION_POLICE, ACTION_POLICE, ACTION_ALERT};

	(void)state;
	assert_int_equal(config->policy.entry_count, 3);
	assert_string_equal(entry->name, "night");
	assert_false(entry->levels[1]);
	assert_true(entry->levels[2]);
	assert_true(entry->levels[3]);
	assert_false(entry->levels[4]);
	assert_int_equal(entry->min_confidence, 80);
	assert_int_equal(entry->min_evidence, EVIDENCE_ANSWERED);
	assert_int_equal(entry->families.count, 2);
	assert_string_equal(entry->families.all[1], "Emotet");
	assert_int_equal(entry->sources.count, 1);
	assert_string_equal(entry->countries.all[0], "nl");
	assert_int_equal(entry->transports, CONFIG_POLICY_TCP | CONFIG_POLICY_ANY);
	assert_int_equal(entry->min_age_s, 12 * 3600);
	assert_int_equal(entry->max_age_s, 28 * 86400);
	assert_int_equal(entry->flags, SUBSCRIBER_FLAG_CONSENTED | SUBSCRIBER_FLAG_WATCH);
	assert_int_equal(entry->window.days, 3);
	assert_int_equal(entry->window.from_minute, 22 * 60);
	assert_int_equal(entry->window.to_minute, 6 * 60);
	assert_int_equal(entry->action, ACTION_RESET);
	assert_int_equal(entry->mode, MODE_SHADOW);
	assert_int_equal(entry->police_pps, 3);
	assert_int_equal(entry->police_burst, 7);
	assert_true(entry->refuse_udp);
	entry++;
	assert_int_equal(entry->window.days, 4);
	assert_int_equal(entry->window.from_minute, 0);
	assert_int_equal(entry->window.to_minute, MINUTES_PER_DAY);
	assert_int_equal(entry->sinkhole_else, ACTION_DROP);
	entry++;
	assert_int_equal(entry->window.days, DAY_WINDOW_ALL);
	assert_int_equal(entry->police_burst, 5); // as much as the rate
	assert_memory_equal(config->policy.caps, caps, sizeof(caps));
	config_free(config);
}

// Words of evidence are those of reports.
static void evidence_has_one_name(void **state)
{
	(void)state;
	for (enum evidence evidence = EVIDENCE_ATTEMPTED; evidence < EVIDENCE_COUNT; evidence++) {
		char text[128];
		struct config *config;

		snprintf(text, sizeof(text),
			"policy = ( { min_evidence = \"%s\"; action = \"drop\"; } );",
			evidence_name(evidence));
		config = loaded(text);
		assert_int_equal(config->policy.entries[0].min_evidence, evidence);
		config_free(config);
	}
}

// What stands in the entry, and the line that complains of it; of caps if `caps`.
static const struct {
	const char *entry, *error;
} wrong[] = {
	{"levels = [ 4 ];", ":1: policy[0]: incomplete (\"{ ... }\"); add action = ...;"},
	{"action = \"block\";", ":1: policy[0].action: unknown action (\"block\"); write "
				"\"alert\", \"police\", \"drop\", \"reset\" or \"sinkhole\""},
	{"levels = [ 0 ]; action = \"drop\";",
		":1: policy[0].levels[0]: out of range (\"0\"); write 1 to 4"},
	{"levels = [ 4, 4 ]; action = \"drop\";",
		":1: policy[0].levels[1]: level named twice (\"4\"); name it once"},
	{"levels = [ ]; action = \"drop\";",
		":1: policy[0].levels: too short (\"[ ]\"); name at least 1: a level"},
	{"name = \"a b\"; action = \"drop\";", ":1: policy[0].name: not a name (\"a b\"); use "
					       "letters, digits, '.', '_' and '-'"},
	{"min_confidence = 101; action = \"drop\";",
		":1: policy[0].min_confidence: out of range (\"101\"); write 0 to 100"},
	{"min_evidence = \"unsolicited\"; action = \"drop\";",
		":1: policy[0].min_evidence: unknown evidence (\"unsolicited\"); write "
		"\"attempted\", \"answered\" or \"conversed\""},
	{"families = ( \"mi*rai\" ); action = \"drop\";",
		":1: policy[0].families[0]: a * that is not at the end (\"mi*rai\"); write the "
		"whole name, or its beginning and *"},
	{"families = ( \"a\", \"\" ); action = \"drop\";",
		":1: policy[0].families[1]: empty (\"\"); write a text, or leave the setting out"},
	{"sources = ( 1 ); action = \"drop\";",
		":1: policy[0].sources[0]: not a text (\"1\"); write it in double quotes"},
	{"countries = ( \"nld\" ); action = \"drop\";",
		":1: policy[0].countries[0]: no country (\"nld\"); write two letters of ISO 3166"},
	{"transports = ( \"icmp\" ); action = \"drop\";",
		":1: policy[0].transports[0]: unknown word (\"icmp\"); write \"tcp\", \"udp\" or, "
		"for entries that name none, \"any\""},
	{"transports = ( \"tcp\", \"tcp\" ); action = \"drop\";",
		":1: policy[0].transports[1]: named twice (\"tcp\"); name it once"},
	{"flags = ( \"exempt\" ); action = \"drop\";",
		":1: policy[0].flags[0]: unknown word (\"exempt\"); write \"consented\" or "
		"\"watch\": who opted out or is exempt is never touched"},
	{"min_age = \"30\"; action = \"drop\";",
		":1: policy[0].min_age: no age (\"30\"); write a number and h, d or w, \"1h\" to "
		"\"3650d\""},
	{"max_age = \"3651d\"; action = \"drop\";",
		":1: policy[0].max_age: too old (\"3651d\"); write a number and h, d or w, \"1h\" "
		"to \"3650d\""},
	{"min_age = \"2d\"; max_age = \"1d\"; action = \"drop\";",
		":1: policy[0].min_age: more than max_age (\"2d\"); write one that is not"},
	{"hours = \"22-06\"; action = \"drop\";",
		":1: policy[0].hours: no hours of the day (\"22-06\"); write \"HH:MM-HH:MM\" in "
		"local time, or leave it out for all day"},
	{"days = ( \"monday\" ); action = \"drop\";",
		":1: policy[0].days[0]: unknown word (\"monday\"); write \"mon\", \"tue\", "
		"\"wed\", \"thu\", \"fri\", \"sat\" or \"sun\""},
	{"action = \"drop\"; mode = \"trial\";", ":1: policy[0].mode: unknown mode (\"trial\"); "
						 "write \"alert\", \"shadow\" or \"enforce\""},
	{"action = \"police\"; rate = 0;",
		":1: policy[0].rate: out of range (\"0\"); write 1 to 1000000"},
	{"action = \"reset\"; udp = \"ignore\";",
		":1: policy[0].udp: unknown answer to UDP (\"ignore\"); write \"drop\" or "
		"\"refuse\""},
	{"action = \"sinkhole\"; sinkhole_else = \"reset\";",
		":1: policy[0].sinkhole_else: nothing to do instead (\"reset\"); write \"alert\" "
		"or \"drop\""},
	{"action = \"alert\"; rate = 5;", ":1: policy[0].rate: nothing comes of it (\"5\"); rate "
					  "is for an action that touches packets"},
	{"action = \"alert\"; burst = 5;", ":1: policy[0].burst: nothing comes of it (\"5\"); "
					   "burst is for an action that touches packets"},
	{"action = \"alert\"; mode = \"shadow\";",
		":1: policy[0].mode: nothing comes of it (\"shadow\"); mode is for an action that "
		"touches packets"},
	{"action = \"drop\"; udp = \"refuse\";", ":1: policy[0].udp: nothing comes of it "
						 "(\"refuse\"); udp is for action = \"reset\""},
	{"action = \"drop\"; sinkhole_else = \"drop\";",
		":1: policy[0].sinkhole_else: nothing comes of it (\"drop\"); sinkhole_else is for "
		"action = \"sinkhole\""},
	{"action = \"drop\"; name = \"a\"; }, { action = \"alert\"; name = \"a\";",
		":1: policy[1].name: name used twice (\"a\"); give each entry its own"},
	{"action = \"drop\"; min_evidense = \"answered\";",
		":1: policy[0].min_evidense: unknown setting (\"answered\"); did you mean "
		"min_evidence?"},
};

static void one_line_says_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text), "policy = ( { %s } );", wrong[i].entry);
		assert_refused(text, strlen(text), wrong[i].error);
	}
}

static void caps_that_are_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"caps = ( { levels = [ 3 ]; } );",
			":1: caps[0]: incomplete (\"{ ... }\"); add max_action = ...;"},
		{"caps = ( { max_action = \"drop\"; } );",
			":1: caps[0]: incomplete (\"{ ... }\"); add levels = ...;"},
		{"caps = ( { levels = [ 3 ]; max_action = \"all\"; } );",
			":1: caps[0].max_action: unknown action (\"all\"); write \"alert\", "
			"\"police\", \"drop\", \"reset\" or \"sinkhole\""},
		{"caps = ( { levels = [ 3 ]; max_action = \"drop\"; },\n"
		 "{ levels = [ 2, 3 ]; max_action = \"drop\"; } );",
			":2: caps[1].levels: level capped twice (\"[ ... ]\"); name level 3 in one "
			"entry"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].text, strlen(cases[i].text), cases[i].error);
}

static void there_is_a_limit(void **state)
{
	char text[64 * (CONFIG_POLICY_MAX + 1)];
	size_t used = 0;

	(void)state;
	used += (size_t)sprintf(text, "policy = ( ");
	for (int i = 0; i <= CONFIG_POLICY_MAX; i++)
		used += (size_t)sprintf(text + used, "%s{ action = \"drop\"; }", i > 0 ? ", " : "");
	sprintf(text + used, " );");
	assert_refused(text, strlen(text),
		":1: policy: too long (\"( ... )\"); name at most 64: an entry { levels; action; "
		"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stands_by_default),
		cmocka_unit_test(an_entry_with_little_to_say),
		cmocka_unit_test(an_entry_that_says_all),
		cmocka_unit_test(evidence_has_one_name),
		cmocka_unit_test(one_line_says_what_is_wrong),
		cmocka_unit_test(caps_that_are_wrong),
		cmocka_unit_test(there_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
