// SPDX-License-Identifier: BSD-3-Clause

// sekisho check-config: what a configuration means, and whether what it names is there.
//
// Reads the configuration, the never-block files and what is known of subscribers as the daemons
// would, and opens the feeds; changes nothing. What the feeds hold is for `sekisho list check`.

#include "config/config.h"
#include "control/guard.h"
#include "control/subscriber/registry.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/policy_text.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PREFIXES_SHOWN 8

static const char usage[] = "usage: sekisho check-config [FILE]\n"
			    "FILE is " CONFIG_PATH_DEFAULT " unless said otherwise.\n";

// One byte is read, because a directory opens as well. 0 or an errno.
static int file_probe(const char *path)
{
	FILE *file = fopen(path, "re");
	int problem = 0;

	if (!file)
		return errno;
	if (fgetc(file) == EOF && ferror(file))
		problem = errno;
	fclose(file);
	return problem;
}

static void label(const char *name)
{
	printf("  %-13s ", name);
}

static void ranges_print(const char *what, size_t count)
{
	if (count > 0)
		printf(" in %zu range%s of %s", count, count == 1 ? "" : "s", what);
}

static bool ports_matter(const struct config *config)
{
	for (size_t i = 0; i < config->link_count; i++) {
		if (config->links[i].subscriber_key == LINK_KEY_ADDRESS_PORT)
			return true;
	}
	return false;
}

static void links_print(const struct config *config)
{
	label("links");
	if (config->link_count == 0)
		puts("none");
	for (size_t i = 0; i < config->link_count; i++) {
		const struct config_link *link = &config->links[i];

		if (i > 0)
			label("");
		printf("%s: subscriber %s, network %s, key %s", link->name, link->subscriber.text,
			link->network.text, link_key_name(link->subscriber_key));
		if (link->sinkhole.text)
			printf(", sinkhole %s", link->sinkhole.text);
		ranges_print("VLANs", link->vlan_count);
		ranges_print("labels", link->label_count);
		putchar('\n');
	}
}

static void workers_print(const struct config *config)
{
	label("workers");
	printf("%u", config->workers);
	for (size_t i = 0; i < config->worker_core_count; i++)
		printf("%s%u", i ? ", " : " on core ", config->worker_cores[i]);
	printf("; %u MB of %s pages\n", config->memory_mb, config->hugepages ? "huge" : "ordinary");
}

static void subscribers_print(const struct config *config)
{
	const struct config_subscribers *subscribers = &config->subscribers;
	size_t shown = subscribers->prefix_count < PREFIXES_SHOWN ? subscribers->prefix_count
								  : PREFIXES_SHOWN;

	label("subscribers");
	for (size_t i = 0; i < shown; i++) {
		char text[PREFIX_TEXT_SIZE];

		prefix_format(&subscribers->prefixes[i], text);
		printf("%s%s", i ? ", " : "", text);
	}
	if (shown < subscribers->prefix_count)
		printf(" and %zu more", subscribers->prefix_count - shown);
	printf("; each an IPv4 /%u or an IPv6 /%u", subscribers->v4_length, subscribers->v6_length);
	if (ports_matter(config))
		printf(", or %u ports", subscribers->port_block);
	putchar('\n');
	label("consent");
	puts(consent_name(subscribers->consent));
}

static void row_refused(void *context, const struct table_refusal *refusal)
{
	(void)context;
	fprintf(stderr, "%s:%u: '%s': %s\n", refusal->path, refusal->line, refusal->value,
		refusal->reason);
}

static void map_e_print(const struct config_subscribers *subscribers)
{
	for (size_t i = 0; i < subscribers->map_e_count; i++) {
		const struct config_map_e *rule = &subscribers->map_e[i];
		char ipv4[PREFIX_TEXT_SIZE], ipv6[PREFIX_TEXT_SIZE];

		prefix_format(&rule->ipv4, ipv4);
		prefix_format(&rule->ipv6, ipv6);
		label(i == 0 ? "MAP-E" : "");
		printf("%s in %s; %u EA bits, PSID offset %u\n", ipv4, ipv6, rule->ea_length,
			rule->psid_offset);
	}
}

// Reads the mapping and CGN files. Returns how many are not well, with a line on stderr for each
// row that is rejected.
static int registry_print(const struct config *config)
{
	const struct table_listener listener = {.refused = row_refused};
	struct registry *registry = registry_create(config);
	char error[CONFIG_ERROR_SIZE] = "no memory for the subscribers' files";
	int problems = 0;

	if (registry != NULL)
		registry_read(registry, false, &listener, error, sizeof(error));
	if (registry == NULL || error[0] != '\0') {
		fprintf(stderr, "%s\n", error);
		registry_free(registry);
		return 1;
	}
	for (size_t i = 0; i < registry_count(registry); i++) {
		const struct registry_state *state = registry_state(registry, i);

		label(state->kind == REGISTRY_MAPPING ? "mapping" : "CGN");
		printf("%s: %u rows accepted, %u rejected\n", state->path, state->accepted,
			state->rejected);
		if (state->problem[0] != '\0')
			fprintf(stderr, "%s\n", state->problem);
		problems += state->problem[0] != '\0' || state->rejected > 0;
	}
	registry_free(registry);
	return problems;
}

// Returns how many cannot be read, each with its line on stderr.
static int feeds_print(const struct config *config)
{
	int problems = 0;

	label("feeds");
	if (config->feed_count == 0)
		puts("none");
	for (size_t i = 0; i < config->feed_count; i++) {
		const struct config_feed *feed = &config->feeds[i];
		int problem = file_probe(feed->path);

		if (i > 0)
			label("");
		printf("%s: %s, %s, level %u, every %u s\n", feed->name, feed->path,
			feed->format ? feed->format : "format detected", feed->level,
			feed->refresh_s);
		if (problem) {
			fprintf(stderr, "%s: feed %s cannot be read: %s\n", feed->path, feed->name,
				strerror(problem));
			problems++;
		}
	}
	return problems;
}

static int guard_files_print(const char *title, const char *kind, const char *none,
	char *const files[], size_t file_count)
{
	int problems = 0;

	label(title);
	if (file_count == 0)
		puts(none);
	for (size_t i = 0; i < file_count; i++) {
		int problem = file_probe(files[i]);

		if (i > 0)
			label("");
		puts(files[i]);
		if (problem) {
			fprintf(stderr, "%s: %s file cannot be read: %s\n", files[i], kind,
				strerror(problem));
			problems++;
		}
	}
	return problems;
}

static int guard_print(const struct config *config)
{
	char error[CONFIG_ERROR_SIZE];
	struct guard *guard;
	int problems = guard_files_print("never block", "never-block",
		"nothing beyond special-use addresses and the subscribers", config->never_block,
		config->never_block_count);

	problems += guard_files_print("sinkholes", "sinkhole", "none is known", config->sinkholes,
		config->sinkhole_count);
	if (problems > 0)
		return problems;
	guard = guard_create(config, error, sizeof(error));
	if (!guard) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	guard_free(guard);
	return 0;
}

static void policy_print(const struct config *config)
{
	const struct config_policy *policy = &config->policy;

	for (size_t i = 0; i < policy->entry_count; i++) {
		char text[POLICY_TEXT_SIZE];

		policy_text_format(policy, i, text);
		label(i == 0 ? "policy" : "");
		puts(text);
	}
	label(policy->entry_count == 0 ? "policy" : "");
	puts(policy->entry_count == 0 ? "alert" : "otherwise alert");
	label("at most");
	for (int level = CONFIG_LEVELS - 1; level >= 1; level--)
		printf("level %d %s%s", level, action_name(policy->caps[level]),
			level > 1 ? ", " : "\n");
}

// As feeds_print.
static int radius_print(const struct config *config)
{
	static const char *const names[] = {
		[CONFIG_RADIUS_USER_NAME] = "User-Name",
		[CONFIG_RADIUS_CALLING_STATION_ID] = "Calling-Station-Id",
		[CONFIG_RADIUS_NAS_PORT_ID] = "NAS-Port-Id",
		[CONFIG_RADIUS_SESSION_ID] = "Acct-Session-Id",
	};
	const struct config_radius *radius = &config->radius;
	int problems = 0;

	label("radius");
	if (radius->listen_count == 0)
		puts("none");
	else
		for (size_t i = 0; i < radius->listen_count; i++)
			printf("%s%s", i ? ", " : "", radius->listen[i].text);
	if (radius->listen_count > 0)
		printf("; subscribers by %s, kept for %u days\n", names[radius->subscriber],
			radius->retention_days);
	for (size_t i = 0; i < radius->client_count; i++) {
		const struct config_radius_client *client = &radius->clients[i];
		int problem = file_probe(client->secret_path);
		char text[PREFIX_TEXT_SIZE];

		prefix_format(&client->prefix, text);
		label("");
		printf("client %s, secret in %s\n", text, client->secret_path);
		if (problem) {
			fprintf(stderr, "%s: secret cannot be read: %s\n", client->secret_path,
				strerror(problem));
			problems++;
		}
	}
	return problems;
}

static void events_print(const struct config *config)
{
	label("events");
	printf("%s%s; the same contact again after %u s\n",
		config->event_path[0] ? config->event_path : "no file",
		config->event_syslog ? " and syslog" : "", config->event_interval_s);
}

static int config_print(const struct config *config)
{
	int problems = 0;

	printf("%s:\n", config->path);
	label("mode");
	puts(mode_name(config->mode));
	links_print(config);
	workers_print(config);
	subscribers_print(config);
	problems += registry_print(config);
	map_e_print(&config->subscribers);
	problems += feeds_print(config);
	problems += guard_print(config);
	policy_print(config);
	problems += radius_print(config);
	events_print(config);
	if (config->link_count == 0) {
		fprintf(stderr, "%s: links: none; sekisho-dataplane needs at least one to start\n",
			config->path);
		problems++;
	}
	return problems;
}

int check_config_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	const char *path = CONFIG_PATH_DEFAULT;
	char error[CONFIG_ERROR_SIZE];
	struct config *config;
	int option, problems;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		fputs(usage, option == 'h' ? stdout : stderr);
		return option == 'h' ? COMMAND_OK : COMMAND_FAILED;
	}
	if (argc - optind > 1) {
		fputs(usage, stderr);
		return COMMAND_FAILED;
	}
	if (optind < argc)
		path = argv[optind];
	problems = file_probe(path);
	if (problems) {
		fprintf(stderr, "%s: cannot be read: %s\n", path, strerror(problems));
		return COMMAND_FAILED;
	}
	config = config_load(path, error);
	if (!config) {
		fprintf(stderr, "%s\n", error);
		return COMMAND_UNWELL;
	}
	problems = config_print(config);
	config_free(config);
	return problems > 0 ? COMMAND_UNWELL : COMMAND_OK;
}
