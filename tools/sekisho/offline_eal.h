// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The DPDK environment of a program without ports: ordinary pages, no devices, no files left
// behind, no privileges. The tables of a generation (rte_hash) live in its memory.

#include <stddef.h>
#include <stdint.h>

// Once per process; `rules` says how much memory will be needed. 0, or -1 with one line in
// `error`. The calling thread keeps its CPUs.
int offline_eal_start(uint32_t rules, char *error, size_t error_size);
void offline_eal_stop(void);
