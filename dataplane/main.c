// SPDX-License-Identifier: BSD-3-Clause

// sekisho-dataplane: the order of start and stop.
//
// What can be refused is refused before a port is touched: configuration, interfaces, user, another
// instance. Then DPDK, the ports, the tables; then privileges go, and only then does the first
// packet meet our code. Stopping is the reverse.

#include "config/config.h"
#include "config/log.h"
#include "config/privilege.h"
#include "config/utc.h"
#include "dataplane/eal.h"
#include "dataplane/library_log.h"
#include "dataplane/listener.h"
#include "dataplane/service.h"
#include "dataplane/status.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define EXIT_USAGE 2

// A worker's ledger holds what it sees in one drain period; more contacts than this at once are a
// flood, and the memory is better spent elsewhere.
#define LEDGER_LIMIT 65536u

struct dataplane {
	const struct config *config;
	struct identity identity;
	struct listener listener;
	struct links links;
	struct regime regime;
	struct installation installation;
	struct subscribers *subscribers;
	struct contacts *contacts;
	struct overblock *overblock;
	struct worker *workers[CONFIG_WORKERS_MAX];
	uint32_t worker_count; // created
	struct drain drain;
	struct health health;
	struct status_sources sources;
};

static void print_usage(FILE *stream)
{
	fputs("usage: sekisho-dataplane [--config FILE] [--check]\n"
	      "\n"
	      "  --config FILE  configuration; default " CONFIG_PATH_DEFAULT "\n"
	      "  --check        say whether it could start, and end\n"
	      "  --version\n"
	      "  --help\n",
		stream);
}

static void fill_status(void *context, struct message_status *status)
{
	status_fill(context, status);
}

static int create_tables(struct dataplane *dataplane, char *error, size_t error_size)
{
	const struct config *config = dataplane->config;

	dataplane->subscribers = subscribers_create(config);
	if (!dataplane->subscribers)
		goto no_memory;
	dataplane->contacts = contacts_create(config->contact_limit);
	if (!dataplane->contacts)
		goto no_contacts;
	dataplane->overblock = overblock_create(config);
	if (!dataplane->overblock)
		goto no_overblock;
	if (regime_init(&dataplane->regime, config->workers, config->mode) < 0)
		goto no_regime;
	installation_init(&dataplane->installation, &dataplane->regime, dataplane->overblock,
		config->rule_limit);
	return 0;
no_regime:
	overblock_free(dataplane->overblock);
no_overblock:
	contacts_free(dataplane->contacts);
no_contacts:
	subscribers_free(dataplane->subscribers);
no_memory:
	snprintf(error, error_size, "no memory for the tables; set contact_limit to less than %u",
		config->contact_limit);
	return -1;
}

static void free_tables(struct dataplane *dataplane)
{
	installation_destroy(&dataplane->installation);
	regime_destroy(&dataplane->regime);
	overblock_free(dataplane->overblock);
	contacts_free(dataplane->contacts);
	subscribers_free(dataplane->subscribers);
}

static void free_workers(struct dataplane *dataplane)
{
	while (dataplane->worker_count > 0)
		worker_free(dataplane->workers[--dataplane->worker_count]);
}

static int create_workers(struct dataplane *dataplane, char *error, size_t error_size)
{
	const struct config *config = dataplane->config;
	struct worker_request request = {
		.links = &dataplane->links,
		.regime = &dataplane->regime,
		.subscribers = dataplane->subscribers,
		.idle_sleep_us = config->idle_sleep_us,
		.decode = &config->decode,
		.ledger_limit =
			config->contact_limit < LEDGER_LIMIT ? config->contact_limit : LEDGER_LIMIT,
	};

	for (uint32_t i = 0; i < config->workers; i++) {
		request.index = i;
		request.core = eal_worker_core(i);
		request.lcore = eal_worker_lcore(i);
		dataplane->workers[i] = worker_create(&request);
		if (!dataplane->workers[i]) {
			snprintf(error, error_size,
				"no memory for worker %u of %u; set a larger memory_mb", i + 1,
				config->workers);
			free_workers(dataplane);
			return -1;
		}
		dataplane->worker_count++;
	}
	return 0;
}

static void stop_workers(struct dataplane *dataplane, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		worker_stop(dataplane->workers[i]);
	for (uint32_t i = 0; i < count; i++)
		worker_join(dataplane->workers[i]);
}

static int start_workers(struct dataplane *dataplane, char *error, size_t error_size)
{
	for (uint32_t i = 0; i < dataplane->worker_count; i++) {
		regime_enroll(&dataplane->regime, i);
		if (worker_start(dataplane->workers[i]) != 0) {
			snprintf(error, error_size, "worker %u does not start", i);
			stop_workers(dataplane, i);
			return -1;
		}
	}
	return 0;
}

// Forwards until a signal ends it.
static int serve(struct dataplane *dataplane, char *error, size_t error_size)
{
	uint8_t instance[INSTANCE_SIZE];
	struct clients_request request = {
		.listener = dataplane->listener.fd,
		.instance = instance,
		.regime = &dataplane->regime,
		.installation = &dataplane->installation,
		.contacts = dataplane->contacts,
		.status = fill_status,
		.context = &dataplane->sources,
	};
	struct service service = {.drain = &dataplane->drain, .health = &dataplane->health};
	int result;

	if (getrandom(instance, sizeof(instance), 0) != (ssize_t)sizeof(instance)) {
		snprintf(error, error_size, "the kernel has no random bytes");
		return -1;
	}
	service.clients = clients_create(&request);
	if (!service.clients) {
		snprintf(error, error_size, "no memory for the socket's clients");
		return -1;
	}
	result = service_run(&service, error, error_size);
	clients_free(service.clients);
	return result;
}

static void connect_parts(struct dataplane *dataplane)
{
	dataplane->drain = (struct drain){
		.workers = dataplane->workers,
		.worker_count = dataplane->worker_count,
		.contacts = dataplane->contacts,
		.overblock = dataplane->overblock,
	};
	dataplane->health = (struct health){
		.links = &dataplane->links,
		.workers = dataplane->workers,
		.worker_count = dataplane->worker_count,
	};
	dataplane->sources = (struct status_sources){
		.started_ns = utc_now_ns(),
		.links = &dataplane->links,
		.workers = dataplane->workers,
		.worker_count = dataplane->worker_count,
		.regime = &dataplane->regime,
		.installation = &dataplane->installation,
		.drain = &dataplane->drain,
	};
}

static void log_start(const struct dataplane *dataplane)
{
	const struct config *config = dataplane->config;

	for (size_t i = 0; i < config->link_count; i++)
		log_info("link %s: %s <-> %s", config->links[i].name,
			config->links[i].subscriber.text, config->links[i].network.text);
	if (!dataplane->identity.root)
		log_info("not started as root: running on as the user it is");
	log_info("forwarding, %u worker%s, mode %s", config->workers,
		config->workers == 1 ? "" : "s", mode_name(config->mode));
}

static int run(struct dataplane *dataplane, char *error, size_t error_size)
{
	int result = -1;

	if (eal_start(dataplane->config, error, error_size) < 0)
		return -1;
	if (links_open(&dataplane->links, dataplane->config, error, error_size) < 0)
		goto close_eal;
	if (create_tables(dataplane, error, error_size) < 0)
		goto close_links;
	if (create_workers(dataplane, error, error_size) < 0)
		goto close_tables;
	connect_parts(dataplane);
	if (privilege_drop(&dataplane->identity, error, error_size) < 0)
		goto close_workers;
	if (start_workers(dataplane, error, error_size) < 0)
		goto close_workers;
	log_start(dataplane);
	result = serve(dataplane, error, error_size);
	stop_workers(dataplane, dataplane->worker_count);
	drain_finish(&dataplane->drain);
	if (!status_log_totals(&dataplane->sources) && result == 0) {
		snprintf(error, error_size, "packets went missing inside the data plane");
		result = -1;
	}
close_workers:
	free_workers(dataplane);
close_tables:
	free_tables(dataplane);
close_links:
	library_log_stopping();
	links_close(&dataplane->links);
close_eal:
	eal_stop();
	return result;
}

static int start(const struct config *config, bool check_only)
{
	static struct dataplane dataplane;
	char error[CONFIG_ERROR_SIZE];
	int result;

	dataplane.config = config;
	if (links_check(config, error, sizeof(error)) < 0 ||
		privilege_resolve(config->user, &dataplane.identity, error, sizeof(error)) < 0)
		goto fail;
	if (check_only) {
		printf("%s: the data plane could start: %zu link%s, %u worker%s\n", config->path,
			config->link_count, config->link_count == 1 ? "" : "s", config->workers,
			config->workers == 1 ? "" : "s");
		return EXIT_SUCCESS;
	}
	service_block_signals();
	if (privilege_forgo(error, sizeof(error)) < 0 ||
		listener_open(&dataplane.listener, config->runtime_dir, dataplane.identity.uid,
			dataplane.identity.gid, error, sizeof(error)) < 0)
		goto fail;
	result = run(&dataplane, error, sizeof(error));
	listener_close(&dataplane.listener);
	if (result < 0)
		goto fail;
	log_info("stopped");
	return EXIT_SUCCESS;
fail:
	log_error("%s", error);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"check", no_argument, NULL, 'k'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *path = CONFIG_PATH_DEFAULT;
	char error[CONFIG_ERROR_SIZE];
	bool check_only = false;
	struct config *config;
	int option, result;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			path = optarg;
			break;
		case 'k':
			check_only = true;
			break;
		case 'v':
			puts("sekisho-dataplane " SEKISHO_VERSION);
			return EXIT_SUCCESS;
		case 'h':
			print_usage(stdout);
			return EXIT_SUCCESS;
		default:
			print_usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "sekisho-dataplane: \"%s\" is not an option\n", argv[optind]);
		print_usage(stderr);
		return EXIT_USAGE;
	}
	config = config_load(path, error);
	if (!config) {
		log_error("%s", error);
		return EXIT_FAILURE;
	}
	result = start(config, check_only);
	config_free(config);
	return result;
}
