// SPDX-License-Identifier: BSD-3-Clause
#include "config/config.h"

#include "config/port_text.h"
#include "config/section.h"
#include "config/source_text.h"
#include "dataplane/api/generation_layout.h"

#include <libconfig.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Leaves room for "/" and the longest socket name below it in sockaddr_un.sun_path (108 bytes).
#define RUNTIME_DIR_MAX 80
#define USER_NAME_MAX   32 // useradd(8)

static bool mode_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"alert\", \"shadow\" or \"enforce\"";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	return mode_parse(text, target) ||
	       setting_wrong(source, setting, "unknown mode", "%s", right);
}

#define MEMBER(member) .offset = offsetof(struct config, member)

static const struct setting_field fields[] = {
	{"mode", SETTING_SECTION, .read = mode_read, MEMBER(mode)},
	{"runtime_dir", SETTING_PATH, .minimum = 1, .maximum = RUNTIME_DIR_MAX,
		MEMBER(runtime_dir)},
	{"state_dir", SETTING_PATH, .minimum = 1, .maximum = PATH_MAX - NAME_MAX,
		MEMBER(state_dir)},
	{"user", SETTING_STRING, .minimum = 1, .maximum = USER_NAME_MAX, MEMBER(user)},

	{"links", SETTING_SECTION, .read = section_links_read},
	{"workers", SETTING_U32, .minimum = 1, .maximum = CONFIG_WORKERS_MAX, MEMBER(workers)},
	{"worker_cores", SETTING_SECTION, .read = section_workers_read},
	{"hugepages", SETTING_BOOL, MEMBER(hugepages)},
	{"memory_mb", SETTING_U32, .minimum = 64, .maximum = 1048576, MEMBER(memory_mb)},
	{"mtu", SETTING_U32, .minimum = 1280, .maximum = 16000, .zero = true, MEMBER(mtu)},
	{"rx_descriptors", SETTING_U32, .minimum = 64, .maximum = 32768, MEMBER(rx_descriptors)},
	{"tx_descriptors", SETTING_U32, .minimum = 64, .maximum = 32768, MEMBER(tx_descriptors)},
	{"idle_sleep_us", SETTING_U32, .maximum = 10000, MEMBER(idle_sleep_us)},

	{"rule_limit", SETTING_U32, .minimum = 1, .maximum = GENERATION_RULES_MAX,
		MEMBER(rule_limit)},
	{"contact_limit", SETTING_U32, .minimum = 1, .maximum = 16777216, MEMBER(contact_limit)},

	{"decode", SETTING_SECTION, .read = section_decode_read},
	{"subscribers", SETTING_SECTION, .read = section_subscribers_read},
	{"feeds", SETTING_SECTION, .read = section_feeds_read},
	{"never_block", SETTING_SECTION, .read = section_never_block_read},
	{"sinkholes", SETTING_SECTION, .read = section_sinkholes_read},
	{"policy", SETTING_SECTION, .read = section_policy_read},
	{"caps", SETTING_SECTION, .read = section_caps_read},
	{"guard", SETTING_SECTION, .read = section_guard_read},
	{"radius", SETTING_SECTION, .read = section_radius_read},

	{"event_file", SETTING_PATH, .minimum = 0, .maximum = PATH_MAX - 1, MEMBER(event_path)},
	{"event_syslog", SETTING_BOOL, MEMBER(event_syslog)},
	{"retention_days", SETTING_U32, .minimum = 1, .maximum = 36500, MEMBER(retention_days)},
	{"event_interval", SETTING_U32, .minimum = 1, .maximum = 604800, MEMBER(event_interval_s)},
};

// Everything but event_path, which follows state_dir, and worker counts, which follow the cores.
static struct config *config_create(const char *path)
{
	struct config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	*config = (struct config){
		.mode = MODE_ALERT,
		.path = strdup(path),
		.runtime_dir = strdup("/run/sekisho"),
		.state_dir = strdup("/var/lib/sekisho"),
		.user = strdup("sekisho"),
		.hugepages = true,
		.memory_mb = 512,
		.rx_descriptors = 1024,
		.tx_descriptors = 1024,
		.idle_sleep_us = 100,
		.rule_limit = GENERATION_RULES_MAX,
		.contact_limit = 262144,
		.retention_days = 400,
		.event_interval_s = 3600,
		.decode =
			{
				.depth = 4,
				.match = CONFIG_MATCH_INNER,
				.fragment_limit = 65536,
				// Hosts wait 15 to 60 s (RFC 791 section 3.2, RFC 8200
				// section 4.5).
				.fragment_timeout_ms = 30000,
				.undecoded_limit = 20,
			},
	};
	section_guard_default(&config->guard);
	if (!config->path || !config->runtime_dir || !config->state_dir || !config->user ||
		!section_policy_default(&config->policy) ||
		!section_subscribers_default(&config->subscribers)) {
		config_free(config);
		return NULL;
	}
	return config;
}

// What depends on several settings. `root` is NULL for config_default.
static bool config_complete(
	const struct setting_source *source, const config_setting_t *root, struct config *config)
{
	if (config->workers == 0)
		config->workers =
			config->worker_core_count ? (uint32_t)config->worker_core_count : 1;
	if (config->worker_core_count && config->worker_core_count != config->workers)
		return setting_wrong(source, config_setting_get_member(root, "worker_cores"),
			"not one core for each worker", "name %u cores or set workers = %zu",
			config->workers, config->worker_core_count);
	if (!config->event_path &&
		asprintf(&config->event_path, "%s/events.json", config->state_dir) < 0) {
		config->event_path = NULL;
		return setting_no_memory(source);
	}
	return true;
}

// Stands behind the text. If libconfig does not see it, a comment or a quoted text that was never
// closed has swallowed it, and who knows how many settings with it.
#define END_NAME "end-of-file"

static const char *syntax_right(const char *wrong)
{
	if (strcmp(wrong, "duplicate setting name") == 0)
		return "write each setting once";
	if (strcmp(wrong, "mismatched element type in array") == 0)
		return "write all elements alike";
	return "a setting is written name = value;";
}

static bool text_parse(config_t *tree, const struct setting_source *source, const char *text)
{
	char *ended, line[64];
	int number, parsed;

	if (asprintf(&ended, "%s" END_NAME " = true;\n", text) < 0)
		return setting_no_memory(source);
	parsed = config_read_string(tree, ended);
	free(ended);
	if (!parsed) {
		number = source_text_line(text, config_error_line(tree), line, sizeof(line));
		snprintf(source->error, source->error_size, "%.256s:%d: %s (\"%s\"); %s",
			source->path, number, config_error_text(tree), line,
			syntax_right(config_error_text(tree)));
		return false;
	}
	if (!config_setting_remove(config_root_setting(tree), END_NAME)) {
		snprintf(source->error, source->error_size,
			"%.256s: ends inside a comment or a text; close it with */ or \"",
			source->path);
		return false;
	}
	return true;
}

struct config *config_load(const char *path, char error[CONFIG_ERROR_SIZE])
{
	const struct setting_source source = {
		.path = path, .error = error, .error_size = CONFIG_ERROR_SIZE};
	char *text = source_text_read(path, error, CONFIG_ERROR_SIZE);
	struct config *config = NULL;
	const config_setting_t *root;
	config_t tree;

	if (!text)
		return NULL;
	config_init(&tree);
	if (!text_parse(&tree, &source, text))
		goto destroy_tree;
	config = config_create(path);
	if (!config) {
		setting_no_memory(&source);
		goto destroy_tree;
	}
	root = config_root_setting(&tree);
	if (!setting_read_group(
		    &source, root, fields, sizeof(fields) / sizeof(fields[0]), config) ||
		!config_complete(&source, root, config)) {
		config_free(config);
		config = NULL;
	}
destroy_tree:
	config_destroy(&tree);
	free(text);
	return config;
}

struct config *config_default(void)
{
	char error[CONFIG_ERROR_SIZE];
	const struct setting_source source = {
		.path = "", .error = error, .error_size = sizeof(error)};
	struct config *config = config_create("");

	if (config && !config_complete(&source, NULL, config)) {
		config_free(config);
		config = NULL;
	}
	return config;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->link_count; i++) {
		port_text_clear(&config->links[i].subscriber);
		port_text_clear(&config->links[i].network);
		port_text_clear(&config->links[i].sinkhole);
		free(config->links[i].vlans);
		free(config->links[i].labels);
	}
	for (size_t i = 0; i < config->feed_count; i++) {
		free(config->feeds[i].path);
		free(config->feeds[i].format);
		section_table_clear(&config->feeds[i].table);
	}
	for (size_t i = 0; i < config->never_block_count; i++)
		free(config->never_block[i]);
	for (size_t i = 0; i < config->sinkhole_count; i++)
		free(config->sinkholes[i]);
	section_policy_clear(&config->policy);
	section_radius_clear(&config->radius);
	free(config->feeds);
	free(config->never_block);
	free(config->sinkholes);
	free(config->subscribers.prefixes);
	section_identity_clear(&config->subscribers);
	free(config->event_path);
	free(config->user);
	free(config->state_dir);
	free(config->runtime_dir);
	free(config->path);
	free(config);
}
