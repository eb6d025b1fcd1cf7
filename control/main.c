// SPDX-License-Identifier: BSD-3-Clause

// sekisho-control: the order of start and stop.
//
// Directories are made while we may still be root; everything else, reading of lists above all, is
// done as the configured user. Stopping is the reverse of starting.

#include "config/config.h"
#include "config/log.h"
#include "config/notify.h"
#include "config/privilege.h"
#include "config/utc.h"
#include "control/api.h"
#include "control/bookkeeper.h"
#include "control/configuration.h"
#include "control/directory.h"
#include "control/event.h"
#include "control/handover.h"
#include "control/loader.h"
#include "control/monitor.h"
#include "control/radius/server.h"
#include "control/resolver.h"
#include "control/store/audit.h"
#include "control/trial.h"

#include <event2/event.h>
#include <jansson.h>
#include <sodium.h>

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EXIT_USAGE 2

#define RUNTIME_MODE 0750
#define STATE_MODE   0750
// What we write holds subscriber data: nothing for others.
#define FILES_UMASK 0027

struct process {
	struct control control;
	struct event_base *base;
	struct store *loader_store;
	struct resolver resolver;
	struct handover *handover;
	struct api *api;
	const char *digest; // of the configuration
	struct event *signals[3];
};

static void print_usage(FILE *stream)
{
	fputs("usage: sekisho-control [--config FILE]\n"
	      "\n"
	      "  --config FILE  configuration; default " CONFIG_PATH_DEFAULT "\n"
	      "  --version\n"
	      "  --help\n"
	      "\n"
	      "SIGHUP opens the event file anew; SIGTERM and SIGINT stop.\n",
		stream);
}

static void on_stop(evutil_socket_t signal, short what, void *context)
{
	struct process *process = context;

	(void)what;
	log_info("stopping on %s", signal == SIGTERM ? "SIGTERM" : "SIGINT");
	event_base_loopbreak(process->base);
}

static void on_reopen(evutil_socket_t signal, short what, void *context)
{
	struct process *process = context;

	(void)signal;
	(void)what;
	event_log_reopen(process->control.log);
	if (event_log_problem(process->control.log)[0] != '\0')
		log_warning("events: %s", event_log_problem(process->control.log));
	else
		log_info("event file opened anew");
}

static int become_user(const struct config *config, char *error, size_t error_size)
{
	struct identity identity;

	if (privilege_resolve(config->user, &identity, error, error_size) < 0 ||
		privilege_forgo(error, error_size) < 0 ||
		directory_make("runtime_dir", config->runtime_dir, RUNTIME_MODE, identity.uid,
			identity.gid, error, error_size) < 0 ||
		directory_make("state_dir", config->state_dir, STATE_MODE, identity.uid,
			identity.gid, error, error_size) < 0 ||
		privilege_drop(&identity, error, error_size) < 0)
		return -1;
	umask(FILES_UMASK);
	return 0;
}

static int catch_signals(struct process *process, char *error, size_t error_size)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		process->signals[i] = evsignal_new(process->base, numbers[i],
			numbers[i] == SIGHUP ? on_reopen : on_stop, process);
		if (process->signals[i] == NULL || event_add(process->signals[i], NULL) < 0) {
			snprintf(error, error_size, "no memory for signals");
			return -1;
		}
	}
	return 0;
}

// The thread inherits a mask in which all signals are the main thread's.
static struct loader *start_loader(
	const struct config *config, struct store *store, char *error, size_t error_size)
{
	struct loader *loader;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	loader = loader_start(config, store, error, error_size);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return loader;
}

static void stop(struct process *process)
{
	struct control *control = &process->control;

	api_free(process->api);
	radius_server_free(control->radius);
	handover_free(process->handover);
	monitor_free(control->monitor);
	bookkeeper_free(control->bookkeeper);
	loader_stop(control->loader);
	event_log_free(control->log);
	trials_free(control->trials);
	store_close(process->loader_store);
	store_close(control->store);
	for (size_t i = 0; i < sizeof(process->signals) / sizeof(process->signals[0]); i++)
		if (process->signals[i] != NULL)
			event_free(process->signals[i]);
	if (process->base != NULL)
		event_base_free(process->base);
	libevent_global_shutdown();
}

// Work that goes on from turn to turn keeps nobody waiting: sockets are looked at between any two
// callbacks.
static struct event_base *make_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config == NULL)
		return NULL;
	if (event_config_set_max_dispatch_interval(config, NULL, 1, 0) == 0)
		base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

// Accounting, and all that follows from it.
static int account(struct process *process, char *error, size_t error_size)
{
	struct control *control = &process->control;
	struct binding_observer observer;

	if (control->config->radius.listen_count == 0)
		return 0;
	process->handover = handover_create(process->base, control->config, control->bookkeeper,
		control->loader, error, error_size);
	if (process->handover == NULL)
		return -1;
	control->radius = radius_server_create(
		process->base, control->config, control->store, error, error_size);
	if (control->radius == NULL)
		return -1;
	observer = handover_observer(process->handover);
	radius_server_observe(control->radius, &observer);
	return 0;
}

static int start(struct process *process, char *error, size_t error_size)
{
	struct control *control = &process->control;
	const struct config *config = control->config;
	struct subscriber_resolver resolver;

	control->started_ns = utc_now_ns();
	process->base = make_base();
	if (process->base == NULL) {
		snprintf(error, error_size, "no memory for the event loop");
		return -1;
	}
	if (catch_signals(process, error, error_size) < 0)
		return -1;
	control->store = store_open(config->state_dir, error, error_size);
	if (control->store == NULL)
		return -1;
	if (store_leave_checkpoints(control->store) < 0) {
		snprintf(error, error_size, "%s", store_error(control->store));
		return -1;
	}
	process->loader_store = store_open(config->state_dir, error, error_size);
	if (process->loader_store == NULL)
		return -1;
	control->trials = trials_open(config, control->store, error, error_size);
	if (control->trials == NULL)
		return -1;
	control->log = event_log_create(config, error, error_size);
	if (control->log == NULL)
		return -1;
	control->loader = start_loader(config, process->loader_store, error, error_size);
	if (control->loader == NULL)
		return -1;
	process->resolver = (struct resolver){
		.config = config, .store = control->store, .loader = control->loader};
	resolver = resolver_interface(&process->resolver);
	control->bookkeeper = bookkeeper_create(process->base, config, control->store,
		control->loader, control->log, control->trials, &resolver, error, error_size);
	if (control->bookkeeper == NULL)
		return -1;
	control->monitor = monitor_create(process->base, config, control->store, control->loader,
		control->log, control->bookkeeper, error, error_size);
	if (control->monitor == NULL)
		return -1;
	if (account(process, error, error_size) < 0)
		return -1;
	process->api = api_create(process->base, control, error, error_size);
	if (process->api == NULL)
		return -1;
	if (store_audit_add(control->store, AUDIT_SELF, "start", "", SEKISHO_VERSION, "") < 0 ||
		configuration_note(control->store, config, process->digest) < 0) {
		snprintf(error, error_size, "%s", store_error(control->store));
		return -1;
	}
	return 0;
}

static int run(const struct config *config, const char *digest)
{
	struct process process = {.control.config = config, .digest = digest};
	char error[512];
	int status = EXIT_USAGE;

	if (become_user(config, error, sizeof(error)) < 0) {
		log_error("%s", error);
		return EXIT_USAGE;
	}
	if (start(&process, error, sizeof(error)) < 0) {
		log_error("%s", error);
		goto out;
	}
	log_info("ready: %s, %zu feeds, %s/" API_SOCKET, config->path, config->feed_count,
		config->runtime_dir);
	notify_send("READY=1");
	event_base_dispatch(process.base);
	notify_send("STOPPING=1");
	(void)store_audit_add(process.control.store, AUDIT_SELF, "stop", SEKISHO_VERSION, "", "");
	status = EXIT_SUCCESS;
out:
	stop(&process);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	const char *path = CONFIG_PATH_DEFAULT;
	char error[CONFIG_ERROR_SIZE], digest[CHAIN_TEXT_SIZE];
	struct config *config;
	int option, status;

	while ((option = getopt_long(argc, argv, "c:hv", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			path = optarg;
			break;
		case 'h':
			print_usage(stdout);
			return EXIT_SUCCESS;
		case 'v':
			puts("sekisho-control " SEKISHO_VERSION);
			return EXIT_SUCCESS;
		default:
			print_usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind != argc) {
		fprintf(stderr, "sekisho-control: %s: an argument too many\n", argv[optind]);
		return EXIT_USAGE;
	}
	if (sodium_init() < 0) {
		fputs("sekisho-control: libsodium cannot be used\n", stderr);
		return EXIT_USAGE;
	}
	// Objects are made in one thread only, but seeded before there are several.
	json_object_seed(0);
	config = config_load(path, error);
	if (config == NULL) {
		log_error("%s", error);
		return EXIT_USAGE;
	}
	// While we may still be root: the configured user need not be able to read it.
	if (configuration_digest(path, digest, error, sizeof(error)) < 0) {
		log_error("%s", error);
		config_free(config);
		return EXIT_USAGE;
	}
	status = run(config, digest);
	config_free(config);
	return status;
}
