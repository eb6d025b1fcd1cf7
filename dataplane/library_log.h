// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the libraries below the ports say, brought into the form of log.h.
//
// DPDK's lines go to the log with its name in front. libxdp and libbpf, which the AF_XDP driver
// uses, tell of every attempt and of every feature a kernel lacks; of their lines only the last is
// kept, to be told if opening the port failed in the end.
//
// Main thread.

// Before EAL starts.
void library_log_begin(void);

// Once the AF_XDP driver may be loaded, that is after EAL has started. Without that driver nothing
// happens.
void library_log_quiet_xdp(void);

// The last line of libxdp or libbpf; "" if there was none.
const char *library_log_last_xdp(void);

// From here on DPDK speaks only of what is critical: without privileges the AF_XDP driver cannot
// take its program off the interface, and says so. The program passes all packets on to the kernel
// once its socket is gone, and the next start takes it over.
void library_log_stopping(void);
