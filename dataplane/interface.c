// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/interface.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int ask(const char *name, unsigned long request, struct ifreq *ifreq)
{
	int result = 0;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	snprintf(ifreq->ifr_name, sizeof(ifreq->ifr_name), "%s", name);
	if (ioctl(fd, request, ifreq) < 0)
		result = errno;
	close(fd);
	return result;
}

static uint32_t channels(const char *name)
{
	struct ethtool_channels told = {.cmd = ETHTOOL_GCHANNELS};
	struct ifreq ifreq = {.ifr_data = (void *)&told};

	// As the AF_XDP driver counts: what tells no combined channels (veth) has one.
	if (ask(name, SIOCETHTOOL, &ifreq) != 0 || told.combined_count == 0)
		return 1;
	return told.combined_count;
}

int interface_read(const char *name, struct interface_state *state)
{
	struct ifreq ifreq = {0};
	int error = ask(name, SIOCGIFFLAGS, &ifreq);

	if (error)
		return error;
	state->up = ifreq.ifr_flags & IFF_UP;
	state->carrier = ifreq.ifr_flags & IFF_RUNNING;
	error = ask(name, SIOCGIFMTU, &ifreq);
	if (error)
		return error;
	state->mtu = (uint32_t)ifreq.ifr_mtu;
	state->channels = channels(name);
	return 0;
}

bool interface_carrier(const char *name)
{
	struct ifreq ifreq = {0};

	return ask(name, SIOCGIFFLAGS, &ifreq) == 0 && (ifreq.ifr_flags & IFF_RUNNING);
}

int interface_set_mtu(const char *name, uint32_t mtu)
{
	struct ifreq ifreq = {.ifr_mtu = (int)mtu};

	return ask(name, SIOCSIFMTU, &ifreq);
}
