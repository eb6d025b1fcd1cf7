// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/offline_eal.h"

#include <rte_eal.h>
#include <rte_errno.h>

#include <sched.h>
#include <stdio.h>
#include <string.h>

// The environment's own needs, and a generation's: one million rules of as many addresses take
// about 100 MB. Pages that nobody touches cost nothing.
#define BASE_MB        128u
#define BYTES_PER_RULE 512u

#define WORD_SIZE 32

// The first CPU this process may use: not every machine, container or `taskset` has CPU 0.
static size_t first_cpu(const cpu_set_t *cpus)
{
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, cpus))
			return cpu;
	return 0;
}

int offline_eal_start(uint32_t rules, char *error, size_t error_size)
{
	// The environment keeps pointers into its arguments, which it wants writable.
	static char words[][WORD_SIZE] = {"sekisho", "--no-huge", "--no-shconf", "--no-pci",
		"--no-telemetry", "--log-level=*:error", "", ""};
	static char *arguments[sizeof(words) / sizeof(words[0]) + 1];
	const int count = (int)(sizeof(words) / sizeof(words[0]));
	char *memory = words[count - 2], *lcores = words[count - 1];
	cpu_set_t cpus;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		CPU_ZERO(&cpus);
	const unsigned int megabytes =
		BASE_MB + (unsigned int)((uint64_t)rules * BYTES_PER_RULE >> 20);
	snprintf(memory, WORD_SIZE, "-m%u", megabytes);
	snprintf(lcores, WORD_SIZE, "--lcores=0@%zu", first_cpu(&cpus));
	for (int i = 0; i < count; i++)
		arguments[i] = words[i];
	if (rte_eal_init(count, arguments) < 0) {
		snprintf(error, error_size, "DPDK (%u MB): %s", megabytes, rte_strerror(rte_errno));
		return -1;
	}
	if (CPU_COUNT(&cpus) > 0)
		sched_setaffinity(0, sizeof(cpus), &cpus);
	return 0;
}

void offline_eal_stop(void)
{
	rte_eal_cleanup();
}
