// SPDX-License-Identifier: BSD-3-Clause
#include "control/policy.h"

#include "tests/unit/config_text.h"

#define OPT_OUT   SUBSCRIBER_FLAG_OPT_OUT
#define CONSENTED SUBSCRIBER_FLAG_CONSENTED
#define EXEMPT    SUBSCRIBER_FLAG_EXEMPT
#define WATCH     SUBSCRIBER_FLAG_WATCH

#define UNCAPPED "caps = ( { levels = [ 1, 2, 3, 4 ]; max_action = \"sinkhole\"; } );"

static struct policy_reach reach_of(const struct config *config, const struct indicator *indicator)
{
	const struct policy_moment moment = policy_moment(config, 1);

	return policy_reach(config, &moment, indicator);
}

// The action wanted at a level, the entry's own cap and what the level's cap is; what it becomes.
static const struct {
	const char *wanted, *level_cap, *max_action;
	uint8_t level;
	uint16_t port;
	enum action allowed;
	enum policy_cap cap;
} examples[] = {
	{"drop", "sinkhole", "sinkhole", 4, 80, ACTION_DROP, POLICY_CAP_NONE},
	{"alert", "sinkhole", "sinkhole", 4, 80, ACTION_ALERT, POLICY_CAP_NONE},
	{"police", "sinkhole", "sinkhole", 3, 80, ACTION_POLICE, POLICY_CAP_NONE},
	{"reset", "sinkhole", "sinkhole", 1, 80, ACTION_RESET, POLICY_CAP_NONE},
	// alert < police < what ends the communication
	{"drop", "sinkhole", "alert", 4, 80, ACTION_ALERT, POLICY_CAP_MAX_ACTION},
	{"drop", "sinkhole", "police", 4, 80, ACTION_POLICE, POLICY_CAP_MAX_ACTION},
	{"sinkhole", "sinkhole", "drop", 4, 80, ACTION_SINKHOLE, POLICY_CAP_NONE},
	{"reset", "sinkhole", "drop", 4, 80, ACTION_RESET, POLICY_CAP_NONE},
	{"police", "sinkhole", "alert", 4, 80, ACTION_ALERT, POLICY_CAP_MAX_ACTION},
	{"police", "sinkhole", "drop", 4, 80, ACTION_POLICE, POLICY_CAP_NONE},
	{"alert", "sinkhole", "drop", 4, 80, ACTION_ALERT, POLICY_CAP_NONE},
	{"alert", "alert", "alert", 4, 80, ACTION_ALERT, POLICY_CAP_NONE},
	// the level's cap
	{"drop", "alert", "sinkhole", 2, 80, ACTION_ALERT, POLICY_CAP_LEVEL},
	{"drop", "police", "sinkhole", 3, 80, ACTION_POLICE, POLICY_CAP_LEVEL},
	{"drop", "police", "alert", 3, 80, ACTION_ALERT, POLICY_CAP_MAX_ACTION},
	{"drop", "alert", "police", 3, 80, ACTION_ALERT, POLICY_CAP_LEVEL},
	{"sinkhole", "drop", "sinkhole", 3, 80, ACTION_SINKHOLE, POLICY_CAP_NONE},
	// any port: level 4 only
	{"drop", "sinkhole", "sinkhole", 4, 0, ACTION_DROP, POLICY_CAP_NONE},
	{"drop", "sinkhole", "alert", 4, 0, ACTION_ALERT, POLICY_CAP_MAX_ACTION},
	{"drop", "sinkhole", "sinkhole", 3, 0, ACTION_ALERT, POLICY_CAP_ANY_PORT},
	{"police", "sinkhole", "sinkhole", 1, 0, ACTION_ALERT, POLICY_CAP_ANY_PORT},
	{"drop", "alert", "alert", 3, 0, ACTION_ALERT, POLICY_CAP_ANY_PORT},
};

static void caps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct indicator indicator = {.level = examples[i].level, .port = examples[i].port};
		char text[256];

		snprintf(text, sizeof(text),
			"policy = ( { action = \"%s\"; } );\n"
			"caps = ( { levels = [ %u ]; max_action = \"%s\"; } );",
			examples[i].wanted, examples[i].level, examples[i].level_cap);
		struct config *config = loaded(text);
		assert_true(action_parse(examples[i].max_action, &indicator.max_action));
		const struct policy_reach reach = reach_of(config, &indicator);
		const struct policy_case found = policy_case(config, &reach, EVIDENCE_ATTEMPTED, 0);
		if (found.cell.action != examples[i].allowed || found.cap != examples[i].cap)
			fail_msg("example %zu: %s by cap %d", i,
				action_name((enum action)found.cell.action), found.cap);
		config_free(config);
	}
}

// By flags, in the order of their numbers: opt-out 1, consented 2, exempt 4, watch 8. 'd' drops.
static void who_may_be_touched(void **state)
{
	static const struct {
		const char *consent, *touched;
	} cases[] = {
		{"opt-out", "d-d-----d-d-----"},
		{"opt-in", "--d-------d-----"},
	};
	const struct indicator indicator = {.level = 4, .port = 80, .max_action = ACTION_SINKHOLE};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char text[128];
		struct generation_decision decision;

		snprintf(text, sizeof(text), "subscribers = { consent = \"%s\"; };",
			cases[i].consent);
		struct config *config = loaded(text);
		const struct policy_reach reach = reach_of(config, &indicator);
		policy_decide(config, &reach, &decision);
		for (int evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
			for (int flags = 0; flags < GENERATION_FLAG_SETS; flags++)
				assert_int_equal(decision.cells[evidence][flags].action,
					cases[i].touched[flags] == 'd' ? ACTION_DROP
								       : ACTION_ALERT);
		config_free(config);
	}
}

static void assert_case(const struct config *config, const struct indicator *indicator,
	enum evidence evidence, uint8_t flags, int entry, enum action action)
{
	const struct policy_reach reach = reach_of(config, indicator);
	const struct policy_case found = policy_case(config, &reach, evidence, flags);

	assert_int_equal(found.entry, entry);
	assert_int_equal(found.cell.action, action);
}

static void the_first_that_fits_decides(void **state)
{
	struct config *config =
		loaded("policy = ( { min_evidence = \"conversed\"; levels = [ 4 ]; action = "
		       "\"reset\"; },\n"
		       "{ flags = ( \"watch\" ); action = \"drop\"; },\n"
		       "{ levels = [ 4 ]; min_evidence = \"attempted\"; action = \"police\"; },\n"
		       "{ levels = [ 4 ]; action = \"alert\"; },\n"
		       "{ action = \"sinkhole\"; } );" UNCAPPED);
	const struct indicator high = {.level = 4, .port = 80, .max_action = ACTION_SINKHOLE};
	const struct indicator low = {.level = 1, .port = 80, .max_action = ACTION_SINKHOLE};

	(void)state;
	assert_case(config, &high, EVIDENCE_CONVERSED, 0, 0, ACTION_RESET);
	assert_case(config, &high, EVIDENCE_CONVERSED, WATCH, 0, ACTION_RESET);
	assert_case(config, &high, EVIDENCE_ANSWERED, WATCH | CONSENTED, 1, ACTION_DROP);
	assert_case(config, &high, EVIDENCE_ANSWERED, CONSENTED, 2, ACTION_POLICE);
	assert_case(config, &high, EVIDENCE_ATTEMPTED, 0, 2, ACTION_POLICE);
	assert_case(config, &high, EVIDENCE_UNSOLICITED, 0, 3, ACTION_ALERT);
	assert_case(config, &high, EVIDENCE_ANSWERED, WATCH | EXEMPT, 1, ACTION_ALERT);
	assert_case(config, &low, EVIDENCE_CONVERSED, 0, 4, ACTION_SINKHOLE);
	assert_case(config, &low, EVIDENCE_UNSOLICITED, WATCH, 1, ACTION_DROP);
	config_free(config);

	config = loaded("policy = ( { levels = [ 3 ]; action = \"drop\"; } );");
	assert_case(config, &high, EVIDENCE_CONVERSED, 0, -1, ACTION_ALERT);
	config_free(config);
}

static void modes(void **state)
{
	struct config *config =
		loaded("policy = ( { levels = [ 4 ]; action = \"drop\"; mode = \"shadow\"; },\n"
		       "{ levels = [ 2 ]; action = \"drop\"; mode = \"alert\"; } );");
	const struct policy_moment moment = policy_moment(config, 1);
	const struct indicator high = {.level = 4, .port = 80, .max_action = ACTION_SINKHOLE};
	const struct indicator low = {.level = 2, .port = 80, .max_action = ACTION_SINKHOLE};

	(void)state;
	assert_int_equal(policy_ordinary(config, &moment, &high).mode, MODE_SHADOW);
	// Capped to alert, which has no modes.
	assert_int_equal(policy_ordinary(config, &moment, &low).mode, MODE_ENFORCE);
	config_free(config);
}

static void terms_are_those_of_the_first(void **state)
{
	struct config *config = loaded(
		"policy = ( { flags = ( \"watch\" ); action = \"drop\"; rate = 1; burst = 2; },\n"
		"{ min_evidence = \"conversed\"; action = \"reset\"; udp = \"refuse\"; rate = 3; "
		"},\n"
		"{ min_evidence = \"answered\"; action = \"sinkhole\"; sinkhole_else = \"drop\"; "
		"},\n"
		"{ min_evidence = \"attempted\"; action = \"police\"; rate = 5; burst = 6; },\n"
		"{ action = \"police\"; rate = 7; } );" UNCAPPED);
	struct indicator indicator = {.level = 4, .port = 80, .max_action = ACTION_SINKHOLE};
	struct policy_reach reach = reach_of(config, &indicator);
	struct generation_decision decision;

	(void)state;
	policy_decide(config, &reach, &decision);
	assert_int_equal(decision.police_pps, 5);
	assert_int_equal(decision.police_burst, 6);
	assert_int_equal(decision.refuse_udp, 1);
	assert_int_equal(decision.sinkhole_else, ACTION_DROP);
	// All capped to police: that of who drops comes first, and nothing resets or sinkholes.
	indicator.max_action = ACTION_POLICE;
	reach = reach_of(config, &indicator);
	policy_decide(config, &reach, &decision);
	assert_int_equal(decision.police_pps, 1);
	assert_int_equal(decision.police_burst, 2);
	assert_int_equal(decision.refuse_udp, 0);
	assert_int_equal(decision.sinkhole_else, ACTION_ALERT);
	indicator.max_action = ACTION_ALERT;
	reach = reach_of(config, &indicator);
	policy_decide(config, &reach, &decision);
	assert_int_equal(decision.police_pps, 0);
	assert_int_equal(decision.police_burst, 0);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caps),
		cmocka_unit_test(who_may_be_touched),
		cmocka_unit_test(the_first_that_fits_decides),
		cmocka_unit_test(modes),
		cmocka_unit_test(terms_are_those_of_the_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
