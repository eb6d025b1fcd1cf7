// SPDX-License-Identifier: BSD-3-Clause
#include "control/compile.h"
#include "control/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/catalogue_row.h"
#include "tests/unit/level_policy.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct config make_config(void)
{
	static struct config_policy_entry entries[CONFIG_LEVELS - 1];
	static const enum action actions[CONFIG_LEVELS] = {[3] = ACTION_POLICE, [4] = ACTION_DROP};
	return (struct config){
		.rule_limit = 1000,
		.policy = level_policy(entries, actions),
	};
}

static struct catalogue *make_catalogue(const struct feed_row *rows, size_t count, bool backwards)
{
	struct catalogue *catalogue = catalogue_create();
	for (size_t i = 0; i < count; i++) {
		size_t at = backwards ? count - 1 - i : i;
		assert_true(catalogue_add(catalogue, backwards, (uint32_t)i, &rows[at]));
	}
	assert_true(catalogue_seal(catalogue, 1));
	return catalogue;
}

// The whole memfd; the caller frees it.
static uint8_t *image_of(int memfd, size_t *size)
{
	struct stat status;
	assert_int_equal(fstat(memfd, &status), 0);
	*size = (size_t)status.st_size;
	uint8_t *image = malloc(*size);
	assert_non_null(image);
	assert_int_equal(pread(memfd, image, *size, 0), *size);
	return image;
}

static void layout(void **state)
{
	(void)state;
	struct feed_row rows[] = {
		row_of("198.51.100.1", 443, TRANSPORT_TCP, 2),
		row_of("192.0.2.1", 80, TRANSPORT_ANY, 4),
		row_of("192.0.2.1", 80, TRANSPORT_TCP, 4),
		row_of("192.0.2.1", 0, TRANSPORT_ANY, 4),
		row_of("192.0.2.1", 0, TRANSPORT_TCP, 4),
		row_of("192.0.2.1", 22, TRANSPORT_UDP, 4),
		row_of("192.0.2.1", 1, TRANSPORT_TCP, 3),
		row_of("2001:db8::1", 0, TRANSPORT_UDP, 3),
		{.is_domain = true, .domain = "cnc.example", .level = 4},
	};
	static const struct {
		uint16_t port;
		uint8_t transport, level;
		enum action action;
	} expected[] = {
		{22, TRANSPORT_UDP, 4, ACTION_DROP},
		{80, TRANSPORT_TCP, 4, ACTION_DROP},
		{80, TRANSPORT_ANY, 4, ACTION_DROP},
		{0, TRANSPORT_TCP, 4, ACTION_DROP},
		{0, TRANSPORT_ANY, 4, ACTION_DROP},
		{1, TRANSPORT_TCP, 3, ACTION_POLICE},
		{443, TRANSPORT_TCP, 2, ACTION_ALERT},
		{0, TRANSPORT_UDP, 3, ACTION_ALERT},
	};
	static const struct {
		const char *address;
		uint32_t first, count;
	} addresses[] = {{"192.0.2.1", 0, 6}, {"198.51.100.1", 6, 1}, {"2001:db8::1", 7, 1}};

	struct config config = make_config();
	struct catalogue *catalogue = make_catalogue(rows, sizeof(rows) / sizeof(*rows), false);
	struct generation_header header;
	char error[256];
	int memfd = compile_generation(
		catalogue, &config, NULL, NULL, 1, 7, 99, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	size_t size;
	uint8_t *image = image_of(memfd, &size);
	assert_memory_equal(image, &header, sizeof(header));
	assert_memory_equal(header.magic, GENERATION_MAGIC, sizeof(header.magic));
	assert_int_equal(header.layout_version, GENERATION_LAYOUT_VERSION);
	assert_int_equal(header.header_size, sizeof(header));
	assert_int_equal(header.total_size, size);
	assert_int_equal(size, sizeof(header) + 3 * sizeof(struct generation_address) +
				       8 * sizeof(struct generation_service) +
				       3 * sizeof(struct generation_decision));
	assert_int_equal(header.number, 7);
	assert_int_equal(header.created_ns, 99);
	assert_int_equal(header.address_count, 3);
	assert_int_equal(header.service_count, 8);
	static const uint32_t by_level[] = {0, 0, 1, 2, 5};
	assert_memory_equal(header.rules_by_level, by_level, sizeof(by_level));
	assert_int_equal(header.decision_count, 3); // drop, police and alert
	assert_int_equal(header.subscriber_count, 0);
	uint8_t digest[GENERATION_DIGEST_SIZE];
	crypto_hash_sha256(digest, image + sizeof(header), size - sizeof(header));
	assert_memory_equal(header.digest, digest, sizeof(digest));

	const struct generation_address *address =
		(const struct generation_address *)(image + sizeof(header));
	const struct generation_service *service = (const struct generation_service *)(address + 3);
	const struct generation_decision *decision =
		(const struct generation_decision *)(service + 8);
	for (size_t i = 0; i < 3; i++) {
		struct address parsed = address_of(addresses[i].address);
		assert_memory_equal(address[i].address, parsed.bytes, 16);
		assert_int_equal(address[i].first_service, addresses[i].first);
		assert_int_equal(address[i].service_count, addresses[i].count);
	}
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(service[i].port, expected[i].port);
		assert_int_equal(service[i].transport, expected[i].transport);
		assert_int_equal(service[i].level, expected[i].level);
		assert_int_equal(decision[service[i].decision].cells[EVIDENCE_ATTEMPTED][0].action,
			expected[i].action);
		assert_int_equal(service[i].flags, 0);
		assert_int_equal(service[i].reserved, 0);
	}
	free(image);
	close(memfd);
	catalogue_release(catalogue);
}

static void sealed(void **state)
{
	(void)state;
	struct feed_row row = row_of("192.0.2.1", 80, TRANSPORT_TCP, 4);
	struct config config = make_config();
	struct catalogue *catalogue = make_catalogue(&row, 1, false);
	struct generation_header header;
	char error[256];
	int memfd = compile_generation(
		catalogue, &config, NULL, NULL, 1, 1, 1, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	assert_int_equal(fcntl(memfd, F_GET_SEALS),
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	assert_int_equal(pwrite(memfd, "", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(memfd, 0), -1);
	assert_true(fcntl(memfd, F_GETFD) & FD_CLOEXEC);
	close(memfd);
	catalogue_release(catalogue);
}

static void compile_digest(const struct catalogue *catalogue, const struct config *config,
	uint64_t number, uint8_t digest[GENERATION_DIGEST_SIZE])
{
	struct generation_header header;
	char error[256];
	int memfd = compile_generation(
		catalogue, config, NULL, NULL, 1, number, number, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	memcpy(digest, header.digest, GENERATION_DIGEST_SIZE);
	close(memfd);
}

static void digest(void **state)
{
	(void)state;
	struct feed_row rows[20];
	for (size_t i = 0; i < 20; i++) {
		rows[i] = row_of("192.0.2.1", (uint16_t)(i % 5), (uint8_t)(i % 2 ? 6 : 17),
			(uint8_t)(i % 4 + 1));
		rows[i].address.bytes[15] = (uint8_t)(i / 7);
	}
	struct config config = make_config();
	struct catalogue *forward = make_catalogue(rows, 20, false);
	struct catalogue *backward = make_catalogue(rows, 20, true);
	rows[3].port = 99;
	struct catalogue *other = make_catalogue(rows, 20, false);

	uint8_t first[GENERATION_DIGEST_SIZE], second[GENERATION_DIGEST_SIZE];
	compile_digest(forward, &config, 1, first);
	compile_digest(backward, &config, 2, second);
	assert_memory_equal(first, second, sizeof(first));
	compile_digest(other, &config, 1, second);
	assert_memory_not_equal(first, second, sizeof(first));
	config.policy.entries[3].action = ACTION_ALERT;
	compile_digest(forward, &config, 1, second);
	assert_memory_not_equal(first, second, sizeof(first));
	catalogue_release(forward);
	catalogue_release(backward);
	catalogue_release(other);
}

// More kinds of indicators than compile.c remembers decisions of: each has its own nevertheless.
#define ENTRIES 12

static void many_kinds(void **state)
{
	(void)state;
	static struct config_policy_entry entries[ENTRIES];
	static char names[ENTRIES][3];
	char *texts[ENTRIES];
	struct config config = {.rule_limit = 10000};
	for (int level = 1; level < CONFIG_LEVELS; level++)
		config.policy.caps[level] = level == 1 ? ACTION_POLICE : ACTION_SINKHOLE;
	for (unsigned i = 0; i < ENTRIES; i++) {
		snprintf(names[i], sizeof(names[i]), "%c%c", 'a' + (int)i, 'a' + (int)i);
		texts[i] = names[i];
		entries[i] = (struct config_policy_entry){
			.levels = {[1] = true, [2] = true},
			.transports = CONFIG_POLICY_TRANSPORTS,
			.countries = {&texts[i], 1},
			.min_evidence = (uint8_t)(i % EVIDENCE_COUNT),
			.flags = i % 3 == 0 ? SUBSCRIBER_FLAG_WATCH : 0,
			.action = (enum action)(1 + i % 4),
			.mode = MODE_SHADOW,
			.police_pps = i + 1,
			.police_burst = i + 1,
		};
	}
	config.policy.entries = entries;
	config.policy.entry_count = ENTRIES;

	// Each subset of the countries, at two levels.
	struct catalogue *catalogue = catalogue_create();
	for (uint32_t kind = 0; kind < 2u << ENTRIES; kind++) {
		struct feed_row row = row_of("192.0.2.1", (uint16_t)(kind >> 1 | 0x8000u),
			TRANSPORT_TCP, (uint8_t)(1 + kind % 2));
		row.address.bytes[15] = (uint8_t)(kind & 1);
		row.country = "zz";
		assert_true(catalogue_add(catalogue, 0, kind, &row));
		for (unsigned i = 0; i < ENTRIES; i++) {
			row.country = names[i];
			if (kind >> 1 >> i & 1)
				assert_true(catalogue_add(catalogue, 0, kind, &row));
		}
	}
	assert_true(catalogue_seal(catalogue, 1));
	struct generation_header header;
	char error[256];
	int memfd = compile_generation(
		catalogue, &config, NULL, NULL, 1, 1, 1, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	size_t size;
	uint8_t *image = image_of(memfd, &size);
	const struct generation_service *services = (const struct generation_service
			*)((const struct generation_address *)(image + sizeof(header)) +
			   header.address_count);
	const struct generation_decision *decisions =
		(const struct generation_decision *)(services + header.service_count);
	const struct policy_moment moment = policy_moment(&config, 1);
	for (uint32_t i = 0; i < header.service_count; i++) {
		const struct policy_reach reach =
			policy_reach(&config, &moment, catalogue_at(catalogue, i));
		struct generation_decision decision;
		policy_decide(&config, &reach, &decision);
		assert_memory_equal(&decisions[services[i].decision], &decision, sizeof(decision));
	}
	free(image);
	close(memfd);
	catalogue_release(catalogue);
}

static struct flagged *make_flagged(const char *address, uint8_t flags)
{
	struct flagged *flagged = calloc(1, sizeof(*flagged) + sizeof(flagged->ranges[0]));
	assert_non_null(flagged);
	flagged->count = 1;
	flagged->ranges[0].first = flagged->ranges[0].last = address_of(address);
	flagged->ranges[0].last_port = 65535;
	flagged->ranges[0].flags = flags;
	return flagged;
}

static void subscribers(void **state)
{
	(void)state;
	struct feed_row row = row_of("192.0.2.1", 80, TRANSPORT_TCP, 4);
	struct config config = make_config();
	struct catalogue *catalogue = make_catalogue(&row, 1, false);
	struct flagged *flagged = make_flagged("100.64.0.7", SUBSCRIBER_FLAG_OPT_OUT);
	struct generation_header header, other, none;
	char error[256];
	int memfd = compile_generation(
		catalogue, &config, flagged, NULL, 1, 1, 1, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	size_t size;
	uint8_t *image = image_of(memfd, &size);
	assert_int_equal(header.subscriber_count, 1);
	assert_int_equal(header.total_size, size);
	assert_int_equal(size, sizeof(header) + sizeof(struct generation_address) +
				       sizeof(struct generation_service) +
				       sizeof(struct generation_decision) +
				       sizeof(struct generation_subscriber));
	assert_memory_equal(image + size - sizeof(struct generation_subscriber), flagged->ranges,
		sizeof(struct generation_subscriber));
	uint8_t digest[GENERATION_DIGEST_SIZE];
	crypto_hash_sha256(digest, image + sizeof(header), size - sizeof(header));
	assert_memory_equal(header.digest, digest, sizeof(digest));
	free(image);
	close(memfd);
	// Other flags, and none, are other generations.
	flagged->ranges[0].flags = SUBSCRIBER_FLAG_WATCH;
	close(compile_generation(
		catalogue, &config, flagged, NULL, 1, 1, 1, &other, error, sizeof(error)));
	close(compile_generation(
		catalogue, &config, NULL, NULL, 1, 1, 1, &none, error, sizeof(error)));
	assert_memory_not_equal(header.digest, other.digest, sizeof(header.digest));
	assert_memory_not_equal(header.digest, none.digest, sizeof(header.digest));
	// So is a trial, which is in the header alone, and each of its shares.
	flagged->cohort = (struct cohort){.trial = 1, .per_mille = 100};
	close(compile_generation(
		catalogue, &config, flagged, NULL, 0, 1, 1, &header, error, sizeof(error)));
	assert_memory_equal(&header.cohort, &flagged->cohort, sizeof(header.cohort));
	assert_memory_not_equal(header.digest, other.digest, sizeof(header.digest));
	flagged->cohort.per_mille = 200;
	close(compile_generation(
		catalogue, &config, flagged, NULL, 0, 1, 1, &other, error, sizeof(error)));
	assert_memory_not_equal(header.digest, other.digest, sizeof(header.digest));
	free(flagged);
	catalogue_release(catalogue);
}

static void limit(void **state)
{
	(void)state;
	struct feed_row rows[] = {row_of("192.0.2.1", 80, TRANSPORT_TCP, 4),
		row_of("192.0.2.1", 81, TRANSPORT_TCP, 4),
		{.is_domain = true, .domain = "cnc.example", .level = 4}};
	struct config config = make_config();
	struct catalogue *catalogue = make_catalogue(rows, 3, false);
	struct generation_header header;
	char error[256] = "";
	config.rule_limit = 2;
	int memfd = compile_generation(
		catalogue, &config, NULL, NULL, 1, 1, 1, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	close(memfd);
	config.rule_limit = 1;
	assert_int_equal(compile_generation(catalogue, &config, NULL, NULL, 1, 1, 1, &header, error,
				 sizeof(error)),
		-1);
	assert_non_null(strstr(error, "2 rules, rule_limit is 1"));
	catalogue_release(catalogue);
}

// What the over-block guard disarmed is compiled as alert, and what is new says so.
static void guarded(void **state)
{
	(void)state;
	struct feed_row rows[] = {row_of("192.0.2.1", 80, TRANSPORT_TCP, 4),
		row_of("192.0.2.2", 80, TRANSPORT_TCP, 4),
		row_of("192.0.2.3", 80, TRANSPORT_TCP, 1)};
	struct config config = make_config();
	struct catalogue *catalogue = make_catalogue(rows, 3, false);
	struct overblock *overblock = overblock_create(1);
	struct compile_guard guard = {overblock, novelty_create(NULL, catalogue, &config, 1000)};
	struct generation_header header;
	char error[256];
	overblock->count = 1;
	overblock->disarmed[0].key = (struct service_key){rows[1].address, 80, TRANSPORT_TCP};
	int memfd = compile_generation(
		catalogue, &config, NULL, &guard, 1, 1, 1, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	size_t size;
	uint8_t *image = image_of(memfd, &size);
	const struct generation_service *service =
		(const struct generation_service *)(image + sizeof(header) +
						    3 * sizeof(struct generation_address));
	const struct generation_decision *decision =
		(const struct generation_decision *)(service + 3);
	assert_int_equal(decision[service[0].decision].cells[0][0].action, ACTION_DROP);
	assert_int_equal(service[0].flags, GENERATION_RULE_NEW);
	assert_int_equal(decision[service[1].decision].cells[0][0].action, ACTION_ALERT);
	assert_int_equal(service[1].flags, 0);
	assert_int_equal(service[2].flags, 0);
	free((void *)(uintptr_t)guard.novelty);
	free(image);
	close(memfd);
	overblock_release(overblock);
	catalogue_release(catalogue);
}

static void empty(void **state)
{
	(void)state;
	struct config config = make_config();
	struct catalogue *catalogue = make_catalogue(NULL, 0, false);
	struct generation_header header;
	char error[256];
	int memfd = compile_generation(
		catalogue, &config, NULL, NULL, 1, 1, 1, &header, error, sizeof(error));
	assert_true(memfd >= 0);
	assert_int_equal(header.total_size, sizeof(header));
	assert_int_equal(header.service_count, 0);
	close(memfd);
	catalogue_release(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout),
		cmocka_unit_test(sealed),
		cmocka_unit_test(digest),
		cmocka_unit_test(subscribers),
		cmocka_unit_test(many_kinds),
		cmocka_unit_test(limit),
		cmocka_unit_test(guarded),
		cmocka_unit_test(empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
