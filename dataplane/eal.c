// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/eal.h"

#include "config/log.h"
#include "dataplane/library_log.h"

#include <rte_config.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include <sched.h>
#include <stdio.h>
#include <string.h>

// Fixed options and one for each port.
#define ARGUMENTS_MAX (24 + 4 * CONFIG_LINKS_MAX)
#define LCORES_SIZE   (16 * CONFIG_WORKERS_MAX + 5 * CPU_SETSIZE)
#define HUGEPAGE_MB   2u // of x86 and of most arm64 kernels

struct arguments {
	char *values[ARGUMENTS_MAX];
	int count;
};

static uint32_t worker_cores[CONFIG_WORKERS_MAX];

static void add(struct arguments *arguments, const char *value)
{
	// EAL takes char *, but neither keeps nor changes what it points to.
	arguments->values[arguments->count++] = (char *)(uintptr_t)value;
}

static int choose_cores(
	const struct config *config, const cpu_set_t *allowed, char *error, size_t error_size)
{
	uint32_t count = 0;

	if (config->worker_core_count != 0) {
		for (size_t i = 0; i < config->worker_core_count; i++) {
			uint32_t core = config->worker_cores[i];

			if (core >= CPU_SETSIZE || !CPU_ISSET(core, allowed)) {
				snprintf(error, error_size,
					"worker_cores: CPU %u is not among those this process may "
					"use; `taskset -cp $$` shows which are",
					core);
				return -1;
			}
			worker_cores[count++] = core;
		}
		return 0;
	}
	while (count < config->workers) {
		for (uint32_t cpu = CPU_SETSIZE; cpu-- > 0 && count < config->workers;) {
			if (CPU_ISSET(cpu, allowed))
				worker_cores[count++] = cpu;
		}
	}
	if (config->workers > (uint32_t)CPU_COUNT(allowed))
		log_warning("%u workers share %d CPUs: packets wait while another worker has the "
			    "CPU; set workers = %d or less",
			config->workers, CPU_COUNT(allowed), CPU_COUNT(allowed));
	return 0;
}

// The CPUs that are left beside the workers'; if none are, all.
static cpu_set_t service_cpus(const struct config *config, const cpu_set_t *allowed)
{
	cpu_set_t rest = *allowed;

	for (uint32_t i = 0; i < config->workers; i++)
		CPU_CLR(worker_cores[i], &rest);
	return CPU_COUNT(&rest) > 0 ? rest : *allowed;
}

// "0@(0),1@1": EAL thread @ CPUs.
static void format_lcores(const struct config *config, const cpu_set_t *allowed, char *text)
{
	cpu_set_t service = service_cpus(config, allowed);
	size_t length = (size_t)sprintf(text, "0@(");
	const char *comma = "";

	for (unsigned int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &service)) {
			length += (size_t)sprintf(text + length, "%s%u", comma, cpu);
			comma = ",";
		}
	}
	length += (size_t)sprintf(text + length, ")");
	for (uint32_t i = 0; i < config->workers; i++)
		length += (size_t)sprintf(
			text + length, ",%u@%u", eal_worker_lcore(i), worker_cores[i]);
}

static bool add_pci(struct arguments *arguments, const struct config_port *port)
{
	if (port->kind != CONFIG_PORT_PCI)
		return false;
	add(arguments, "-a");
	add(arguments, port->name);
	return true;
}

static void describe_failure(const struct config *config, char *error, size_t error_size)
{
	if (config->hugepages)
		snprintf(error, error_size,
			"DPDK did not start: %u MB of hugepages are not free; reserve them (echo "
			"%u > "
			"/proc/sys/vm/nr_hugepages), or set `hugepages = false`, which works "
			"without, "
			"more slowly",
			config->memory_mb, (config->memory_mb + HUGEPAGE_MB - 1) / HUGEPAGE_MB);
	else
		snprintf(error, error_size, "DPDK did not start with %u MB of memory: %s",
			config->memory_mb, rte_strerror(rte_errno));
}

int eal_start(const struct config *config, char *error, size_t error_size)
{
	struct arguments arguments = {.count = 0};
	char lcores[LCORES_SIZE], memory[16];
	cpu_set_t allowed;
	bool pci = false;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
		snprintf(error, error_size, "the CPUs of this process cannot be read");
		return -1;
	}
	if (choose_cores(config, &allowed, error, error_size) < 0)
		return -1;
	format_lcores(config, &allowed, lcores);
	snprintf(memory, sizeof(memory), "%u", config->memory_mb);

	add(&arguments, "sekisho-dataplane");
	add(&arguments, "--lcores");
	add(&arguments, lcores);
	add(&arguments, "--main-lcore");
	add(&arguments, "0");
	add(&arguments, "-m");
	add(&arguments, memory);
	add(&arguments, "--no-telemetry");
	// Physical addresses are root's to know, and workers run without root.
	add(&arguments, "--iova-mode=va");
	add(&arguments, "--log-level=*:error");
	if (config->hugepages) {
		add(&arguments, "--in-memory");
	} else {
		// Not together with --in-memory, which DPDK 22.11 takes for a contradiction.
		add(&arguments, "--no-huge");
		add(&arguments, "--no-shconf");
	}
	for (size_t i = 0; i < config->link_count; i++) {
		pci |= add_pci(&arguments, &config->links[i].subscriber);
		pci |= add_pci(&arguments, &config->links[i].network);
	}
	if (!pci)
		add(&arguments, "--no-pci");

	library_log_begin();
	if (rte_eal_init(arguments.count, arguments.values) < 0) {
		describe_failure(config, error, error_size);
		return -1;
	}
	library_log_quiet_xdp();
	return 0;
}

void eal_stop(void)
{
	rte_eal_cleanup();
}

unsigned int eal_worker_lcore(uint32_t worker)
{
	return worker + 1;
}

uint32_t eal_worker_core(uint32_t worker)
{
	return worker_cores[worker];
}
