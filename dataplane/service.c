// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/service.h"

#include "config/log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define MS_PER_SECOND 1000
#define NS_PER_MS     1000000

static void fill_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGHUP);
}

void service_block_signals(void)
{
	sigset_t signals;

	fill_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / NS_PER_MS;
}

// True: the process is asked to end.
static bool read_signal(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info) || info.ssi_signo == SIGHUP)
		return false;
	log_info("stopping at %s", info.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT");
	return true;
}

// What is due by the clock. Returns in how many milliseconds something will be.
static int run_timers(const struct service *service, int64_t *drain_ms, int64_t *health_ms)
{
	int64_t now_ms = monotonic_ms();

	if (now_ms >= *drain_ms) {
		drain_run(service->drain);
		*drain_ms = now_ms + DRAIN_PERIOD_MS;
	}
	if (now_ms >= *health_ms) {
		health_check(service->health);
		*health_ms = now_ms + HEALTH_PERIOD_MS;
	}
	return (int)((*drain_ms < *health_ms ? *drain_ms : *health_ms) - now_ms);
}

int service_run(const struct service *service, char *error, size_t error_size)
{
	struct pollfd fds[1 + CLIENTS_POLL_MAX];
	int64_t drain_ms = 0, health_ms = 0;
	sigset_t signals;
	int signal_fd;
	int result = 0;

	fill_signals(&signals);
	signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signal_fd < 0) {
		snprintf(error, error_size, "no signal descriptor: %s", strerror(errno));
		return -1;
	}
	health_begin(service->health);
	for (;;) {
		int timer_ms = run_timers(service, &drain_ms, &health_ms);
		int work_ms = clients_advance(service->clients);
		size_t count = 1 + clients_poll(service->clients, &fds[1]);
		int timeout_ms = work_ms >= 0 && work_ms < timer_ms ? work_ms : timer_ms;

		fds[0] = (struct pollfd){.fd = signal_fd, .events = POLLIN};
		if (poll(fds, count, timeout_ms) < 0) {
			if (errno == EINTR)
				continue;
			snprintf(error, error_size, "poll: %s", strerror(errno));
			result = -1;
			break;
		}
		if (fds[0].revents && read_signal(signal_fd))
			break;
		clients_serve(service->clients, &fds[1], count - 1);
	}
	health_end(service->health);
	close(signal_fd);
	return result;
}
