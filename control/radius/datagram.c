// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/datagram.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

// Some thousand requests: what a NAS says at once when it comes back.
#define RECEIVE_BUFFER (4 << 20)

// Room for what recvmmsg says beside the data: one packet information of either family, and the
// count of datagrams lost.
#define CONTROL_SIZE 128

static socklen_t make_name(
	const struct address *address, uint16_t port, struct sockaddr_storage *name)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)name;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)name;

	memset(name, 0, sizeof(*name));
	if (address_is_v4(address)) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, &address->bytes[12], sizeof(v4->sin_addr));
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, address->bytes, sizeof(v6->sin6_addr));
	return sizeof(*v6);
}

int datagram_open(const struct config_endpoint *endpoint, char *error, size_t error_size)
{
	const bool v4 = address_is_v4(&endpoint->address);
	const int on = 1, buffer = RECEIVE_BUFFER;
	const int fd = socket(
		v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
	struct sockaddr_storage name;
	const socklen_t size = make_name(&endpoint->address, endpoint->port, &name);

	if (fd < 0)
		goto fail;
	if (v4 ? setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0
	       : setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0 ||
				setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) < 0)
		goto fail;
	// As much as the kernel allows.
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	(void)setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&name, size) < 0)
		goto fail;
	return fd;
fail:
	snprintf(error, error_size,
		"radius: cannot listen on %s: %s; it must be an address of this machine, with a "
		"port from 1024 on that nobody else uses",
		endpoint->text, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static void read_control(struct msghdr *header, struct datagram *datagram, uint32_t *lost)
{
	for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL;
		control = CMSG_NXTHDR(header, control)) {
		if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(control), sizeof(info));
			address_from_v4(&datagram->local, &info.ipi_spec_dst);
			datagram->has_local = true;
		} else if (control->cmsg_level == IPPROTO_IPV6 &&
			   control->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(control), sizeof(info));
			memcpy(datagram->local.bytes, &info.ipi6_addr, sizeof(info.ipi6_addr));
			if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
				datagram->interface = info.ipi6_ifindex;
			datagram->has_local = true;
		} else if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SO_RXQ_OVFL) {
			memcpy(lost, CMSG_DATA(control), sizeof(*lost));
		}
	}
}

static void read_source(struct datagram *datagram)
{
	if (datagram->peer.ss_family == AF_INET)
		address_from_v4(&datagram->source,
			&((const struct sockaddr_in *)&datagram->peer)->sin_addr);
	else
		memcpy(datagram->source.bytes,
			&((const struct sockaddr_in6 *)&datagram->peer)->sin6_addr,
			sizeof(datagram->source.bytes));
}

int datagram_receive(int fd, struct datagram datagrams[DATAGRAM_BATCH], uint32_t *lost)
{
	_Alignas(struct cmsghdr) uint8_t controls[DATAGRAM_BATCH][CONTROL_SIZE];
	struct mmsghdr messages[DATAGRAM_BATCH];
	struct iovec vectors[DATAGRAM_BATCH];
	int count;

	memset(messages, 0, sizeof(messages));
	for (size_t i = 0; i < DATAGRAM_BATCH; i++) {
		struct msghdr *header = &messages[i].msg_hdr;

		vectors[i] = (struct iovec){datagrams[i].bytes, DATAGRAM_SIZE};
		header->msg_name = &datagrams[i].peer;
		header->msg_namelen = sizeof(datagrams[i].peer);
		header->msg_iov = &vectors[i];
		header->msg_iovlen = 1;
		header->msg_control = controls[i];
		header->msg_controllen = CONTROL_SIZE;
	}
	count = recvmmsg(fd, messages, DATAGRAM_BATCH, 0, NULL);
	for (int i = 0; i < count; i++) {
		datagrams[i].length = messages[i].msg_len;
		datagrams[i].peer_size = messages[i].msg_hdr.msg_namelen;
		datagrams[i].has_local = false;
		datagrams[i].interface = 0;
		read_source(&datagrams[i]);
		read_control(&messages[i].msg_hdr, &datagrams[i], lost);
	}
	return count < 0 ? 0 : count;
}

static void add_local(const struct datagram *asked, struct msghdr *header)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(header);

	if (asked->peer.ss_family == AF_INET) {
		struct in_pktinfo info = {0};

		memcpy(&info.ipi_spec_dst, &asked->local.bytes[12], sizeof(info.ipi_spec_dst));
		control->cmsg_level = IPPROTO_IP;
		control->cmsg_type = IP_PKTINFO;
		control->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(control), &info, sizeof(info));
		header->msg_controllen = CMSG_SPACE(sizeof(info));
	} else {
		struct in6_pktinfo info = {.ipi6_ifindex = asked->interface};

		memcpy(&info.ipi6_addr, asked->local.bytes, sizeof(info.ipi6_addr));
		control->cmsg_level = IPPROTO_IPV6;
		control->cmsg_type = IPV6_PKTINFO;
		control->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(control), &info, sizeof(info));
		header->msg_controllen = CMSG_SPACE(sizeof(info));
	}
}

void datagram_answer(int fd, const struct datagram *asked, const uint8_t *bytes, size_t length)
{
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_SIZE] = {0};
	struct iovec vector = {(void *)bytes, length};
	struct msghdr header = {
		.msg_name = (void *)&asked->peer,
		.msg_namelen = asked->peer_size,
		.msg_iov = &vector,
		.msg_iovlen = 1,
	};

	if (asked->has_local) {
		header.msg_control = control;
		header.msg_controllen = sizeof(control);
		add_local(asked, &header);
	}
	(void)sendmsg(fd, &header, 0);
}
