// SPDX-License-Identifier: BSD-3-Clause
//
// Policies and lists made by chance: what is compiled, and what the data plane makes of that, is
// what the manual says, and no cap is ever passed.
#include "config/transport.h"
#include "dataplane/verdict.h"
#include "tests/policy/compiled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define CASES_MIN 4000000u

#define OPT_OUT   SUBSCRIBER_FLAG_OPT_OUT
#define CONSENTED SUBSCRIBER_FLAG_CONSENTED
#define EXEMPT    SUBSCRIBER_FLAG_EXEMPT
#define WATCH     SUBSCRIBER_FLAG_WATCH

struct trial {
	struct words words;
	struct policy_compiled compiled;
	const uint8_t *image;
	uint64_t cases;
};

static void trial_begin(struct trial *trial, uint64_t *state)
{
	words_make(&trial->words, state);
	policy_compile(&trial->compiled, &trial->words, NULL);
	trial->image = mmap(NULL, trial->compiled.header.total_size, PROT_READ, MAP_PRIVATE,
		trial->compiled.memfd, 0);
	assert_ptr_not_equal(trial->image, MAP_FAILED);
}

static void trial_end(struct trial *trial)
{
	munmap((void *)(uintptr_t)trial->image, trial->compiled.header.total_size);
	policy_compiled_free(&trial->compiled);
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
	const struct generation_header *header = &trial->compiled.header;
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
