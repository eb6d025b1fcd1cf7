// SPDX-License-Identifier: BSD-3-Clause

// How fast a running data plane is: `rate RUNTIME-DIR SECONDS`.
//
// Reads the counters of the first subscriber port twice, directly from the data plane, and prints
// packets per second received there and the share of them that matched, in percent. (`sekisho
// status` tells what the control plane asked for last, which is too coarse for a measurement.)

#include "control/dataplane.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct sample {
	uint64_t ns;
	uint64_t received, forwarded, matched;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static int sample_take(struct dataplane *dataplane, struct sample *sample)
{
	static struct message_status status;
	char error[256];

	if (dataplane_status(dataplane, &status, error, sizeof(error)) < 0) {
		fprintf(stderr, "rate: %s\n", error);
		return -1;
	}
	sample->ns = now_ns();
	for (uint32_t i = 0; i < status.port_count; i++) {
		const uint64_t *counters = status.ports[i].counters;

		if (!strstr(status.ports[i].name, ".subscriber"))
			continue;
		sample->received = counters[COUNTER_RECEIVED];
		sample->forwarded = counters[COUNTER_FORWARDED];
		sample->matched = counters[COUNTER_MATCHED];
		return 0;
	}
	fprintf(stderr, "rate: no subscriber port\n");
	return -1;
}

int main(int argc, char **argv)
{
	double seconds = argc == 3 ? strtod(argv[2], NULL) : 0;
	struct timespec pause = {
		(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
	struct dataplane *dataplane;
	struct sample first, last;
	char error[256];
	int status = 1;

	if (seconds <= 0) {
		fprintf(stderr, "usage: rate RUNTIME-DIR SECONDS\n");
		return 2;
	}
	dataplane = dataplane_connect(argv[1], error, sizeof(error));
	if (!dataplane) {
		fprintf(stderr, "rate: %s\n", error);
		return 1;
	}
	if (sample_take(dataplane, &first) < 0)
		goto close;
	nanosleep(&pause, NULL);
	if (sample_take(dataplane, &last) < 0)
		goto close;
	if (last.received == first.received) {
		fprintf(stderr, "rate: no packet was received in %s s\n", argv[2]);
		goto close;
	}
	printf("%.0f %.2f\n",
		(double)(last.forwarded - first.forwarded) * 1e9 / (double)(last.ns - first.ns),
		(double)(last.matched - first.matched) * 100 /
			(double)(last.received - first.received));
	status = 0;
close:
	dataplane_close(dataplane);
	return status;
}
