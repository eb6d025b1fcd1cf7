// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Tells the service manager how we are: the protocol of sd_notify(3), one datagram to the socket
// named by NOTIFY_SOCKET. Without one, nothing happens. Non-blocking; any thread.

// `state` is one or more assignments, separated by newlines: "READY=1", "WATCHDOG=1",
// "STOPPING=1", "STATUS=..." . A message that cannot be delivered is lost: there is nobody to tell.
void notify_send(const char *state);
