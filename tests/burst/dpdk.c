// SPDX-License-Identifier: BSD-3-Clause
#include "tests/burst/dpdk.h"

#include <rte_eal.h>

#include <stddef.h>

int dpdk_start(void **state)
{
	// rte_eal_init wants to write to its arguments.
	char arguments[][20] = {"test", "--no-huge", "--no-shconf", "--no-pci", "--no-telemetry",
		"-l", "0", "-m", "256", "--log-level", "error"};
	char *pointers[sizeof(arguments) / sizeof(arguments[0])];
	int count = 0;

	(void)state;
	for (; (size_t)count < sizeof(pointers) / sizeof(pointers[0]); count++)
		pointers[count] = arguments[count];
	return rte_eal_init(count, pointers) < 0 ? -1 : 0;
}
