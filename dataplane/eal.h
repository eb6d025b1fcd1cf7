// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The DPDK environment: memory, cores, buses.
//
// EAL thread 0 is the service thread and floats over all CPUs of the process; EAL
// threads 1..workers are the workers, each pinned to one CPU. Files under /var/run/dpdk are neither
// made nor shared, so that any number of instances run side by side.
//
// PCI devices are touched only if a port names them. Virtual devices are made one by one later
// (port.h), so that a failure names its port.

#include "config/config.h"

#include <stddef.h>

// Once per process. 0, or -1 with one line in `error`.
int eal_start(const struct config *config, char *error, size_t error_size);
void eal_stop(void);

// The EAL thread of worker 0, 1, ...
unsigned int eal_worker_lcore(uint32_t worker);

// The CPU worker 0, 1, ... is pinned to: worker_cores of the configuration, else the last CPUs the
// process may use, so that the first, which serves interrupts on most machines, is taken last.
uint32_t eal_worker_core(uint32_t worker);
