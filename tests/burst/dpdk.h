// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// DPDK for a test or fuzz program: no hugepages, no devices, no files, one core; any user.

// Starts it, once a program. A cmocka group set-up; 0: done.
int dpdk_start(void **state);
