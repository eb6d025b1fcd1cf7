// SPDX-License-Identifier: BSD-3-Clause
//
// Policies and lists made by chance: what is compiled, and what the data plane makes of that, is
// what the manual says, and no cap is ever passed.
#include "control/compile.h"
#include "control/guard.h"
#include "control/list.h"
#include "dataplane/verdict.h"

#include "tests/unit/config_text.h"
#include "tests/unit/policy_words.h"

#include "config/transport.h"

#include <sys/mman.h>
#include <time.h>

#define CASES_MIN 4000000u

#define OPT_OUT   SUBSCRIBER_FLAG_OPT_OUT
#define CONSENTED SUBSCRIBER_FLAG_CONSENTED
#define EXEMPT    SUBSCRIBER_FLAG_EXEMPT
#define WATCH     SUBSCRIBER_FLAG_WATCH

struct trial {
	struct words words;
	struct config *config;
	struct catalogue *catalogue;
	struct generation_header header;
	const uint8_t *image;
	uint64_t cases;
};

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

static void trial_begin(struct trial *trial, uint64_t *state)
{
	int files[WORDS_FEEDS + 1], memfd;
	char error[256];

	words_make(&trial->words, state);
	use_zone(trial->words.zone_h);
	trial->config = load_config(&trial->words, files);
	trial->catalogue = load_lists(trial->config, trial->words.now_s);
	memfd = compile_generation(trial->catalogue, trial->config, NULL, NULL, trial->words.now_s,
		1, 1, &trial->header, error, sizeof(error));
	if (memfd < 0)
		fail_msg("%s", error);
	trial->image = mmap(NULL, trial->header.total_size, PROT_READ, MAP_PRIVATE, memfd, 0);
	assert_ptr_not_equal(trial->image, MAP_FAILED);
	close(memfd);
	for (int i = 0; i <= WORDS_FEEDS; i++)
		close(files[i]);
}

static void trial_end(struct trial *trial)
{
	munmap((void *)(uintptr_t)trial->image, trial->header.total_size);
	catalogue_release(trial->catalogue);
	config_free(trial->config);
}

// The data plane's side: the cell's, as far as the modes allow.
static void check_verdict(
	const struct generation_decision *decision, enum evidence evidence, uint8_t flags)
{
	const struct generation_cell cell = decision->cells[evidence][flags];

	for (enum mode mode = 0; mode < MODE_COUNT; mode++) {
		const struct judgement judgement = verdict_judge(decision, evidence, flags, mode);
		const enum mode least = cell.mode < mode ? (enum mode)cell.mode : mode;

		assert_int_equal(judgement.action,
			least == MODE_ALERT ? ACTION_ALERT : (enum action)cell.action);
		assert_int_equal(
			judgement.apply, least == MODE_ENFORCE && cell.action != ACTION_ALERT);
	}
}

static void check_terms(const struct generation_decision *decision)
{
	bool polices = false;

	for (int evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (int flags = 0; flags < GENERATION_FLAG_SETS; flags++)
			polices |= decision->cells[evidence][flags].action == ACTION_POLICE;
	assert_int_equal(decision->police_pps, polices ? 10 : 0);
	assert_int_equal(decision->police_burst, polices ? 10 : 0);
}

static void check_service(struct trial *trial, int address,
	const struct generation_service *service, const struct generation_decision *decision)
{
	const char *transport = service->transport == TRANSPORT_TCP   ? "tcp"
				: service->transport == TRANSPORT_UDP ? "udp"
								      : "any";
	const int port = service->port == 0 ? -1 : service->port;

	assert_true(words_listed(&trial->words, address, port, transport));
	check_terms(decision);
	for (int evidence = 0; evidence < EVIDENCE_COUNT; evidence++)
		for (uint8_t flags = 0; flags < GENERATION_FLAG_SETS; flags++) {
			const struct generation_cell cell = decision->cells[evidence][flags];
			const struct words_verdict expected = words_judge(&trial->words, address,
				port, transport, evidence, flags & OPT_OUT, flags & CONSENTED,
				flags & EXEMPT, flags & WATCH);

			if (strcmp(action_name(cell.action), expected.action) != 0 ||
				strcmp(mode_name(cell.mode), expected.mode) != 0) {
				static char text[WORDS_TEXT_SIZE];

				words_policy_text(&trial->words, text);
				fail_msg("198.51.100.%d port %d %s level %u evidence %d flags %u: "
					 "%s up to %s, should be %s up to %s\n%s",
					address, port, transport, service->level, evidence, flags,
					action_name(cell.action), mode_name(cell.mode),
					expected.action, expected.mode, text);
			}
			if (flags & (OPT_OUT | EXEMPT))
				assert_int_equal(cell.action, ACTION_ALERT);
			check_verdict(decision, (enum evidence)evidence, flags);
			trial->cases += MODE_COUNT;
		}
}

// Everything compiled is in the words, and everything in the words is compiled.
static void check_generation(struct trial *trial)
{
	const struct generation_header *header = &trial->header;
	const struct generation_address *addresses =
		(const struct generation_address *)(trial->image + sizeof(*header));
	const struct generation_service *services =
		(const struct generation_service *)(addresses + header->address_count);
	const struct generation_decision *decisions =
		(const struct generation_decision *)(services + header->service_count);
	static const char *const transports[] = {"tcp", "udp", "any"};
	uint32_t listed = 0;

	for (uint32_t i = 0; i < header->address_count; i++)
		for (uint32_t j = 0; j < addresses[i].service_count; j++) {
			const struct generation_service *service =
				&services[addresses[i].first_service + j];

			assert_in_range(service->decision, 0, header->decision_count - 1);
			check_service(trial, addresses[i].address[15], service,
				&decisions[service->decision]);
		}
	for (int address = 0; address < 12; address++)
		for (int port = 79; port < 82; port++)
			for (int i = 0; i < 3; i++)
				listed += words_listed(&trial->words, address,
					port == 79 ? -1 : port, transports[i]);
	assert_int_equal(header->service_count, listed);
}

static void what_is_compiled_is_what_is_written(void **state)
{
	uint64_t chance = 0x9e3779b97f4a7c15u;
	static struct trial trial;

	(void)state;
	while (trial.cases < CASES_MIN) {
		trial_begin(&trial, &chance);
		check_generation(&trial);
		trial_end(&trial);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_compiled_is_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
