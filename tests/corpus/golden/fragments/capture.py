# SPDX-License-Identifier: BSD-3-Clause
#
# Fragments of UDP datagrams, each datagram with an identifier of its own. A later fragment shares
# what its first was; before its first it is forwarded, but for a rule for any port. What is too
# short for its ports or overlaps them meets the strictest rule, without a contact. A tunnel's
# fragments share what is inside the first.
from craft import (
	DESTINATION, FRAGMENT, PORT, SERVER, SERVER6, SUBSCRIBER, SUBSCRIBER6, UDP, ethernet,
	fragment_header, ipv4, ipv6, udp)

SERVER_ANY, B4, AFTR = "198.51.100.10", "2001:db8:100:1::1", "2001:db8:ffff::1"
IPIP = 4

DATAGRAM = udp(40000, PORT, b"x" * 92)
OTHER = udp(40000, 80, b"x" * 92)
# Eight bytes of destination options in front, so that something can overlap the ports.
OPTIONS = bytes([UDP, 0, 1, 4, 0, 0, 0, 0]) + OTHER


def piece4(server, datagram, start, end, identifier):
	more = 0x2000 if end < len(datagram) else 0
	return ethernet(ipv4(SUBSCRIBER, server, UDP, datagram[start:end], fragment=more | start // 8,
		identifier=identifier))


def piece6(datagram, start, end, identifier, protocol=UDP, ends=(SUBSCRIBER6, SERVER6)):
	more = 1 if end < len(datagram) else 0
	return ethernet(ipv6(*ends, FRAGMENT,
		fragment_header(protocol, start, more, identifier) + datagram[start:end]))


def tunnel(server, identifier):
	inner = ipv4(SUBSCRIBER, server, UDP, DATAGRAM)
	return [piece6(inner, start, end, identifier, IPIP, (B4, AFTR))
		for start, end in ((0, 64), (64, len(inner)))]


FRAMES = list(enumerate([
	# Dropped, all of it: 2 contacts.
	piece4(SERVER, DATAGRAM, 0, 48, 1), piece4(SERVER, DATAGRAM, 48, 100, 1),
	piece6(DATAGRAM, 0, 48, 1), piece6(DATAGRAM, 48, 100, 1),
	# Forwarded first, then dropped.
	piece4(SERVER, DATAGRAM, 48, 100, 2), piece4(SERVER, DATAGRAM, 0, 48, 2),
	piece6(DATAGRAM, 48, 100, 2), piece6(DATAGRAM, 0, 48, 2),
	# A rule for any port: both dropped.
	piece4(SERVER_ANY, DATAGRAM, 48, 100, 3), piece4(SERVER_ANY, DATAGRAM, 0, 48, 3),
	# Another port: forwarded, later ones too.
	piece4(SERVER, OTHER, 0, 48, 4), piece4(SERVER, OTHER, 48, 100, 4),
	# Ends before its ports: dropped, with what follows.
	piece6(OPTIONS, 0, 8, 5, DESTINATION), piece6(OPTIONS, 48, 108, 5, DESTINATION),
	# Another port, and one that would put another in its place.
	piece6(OPTIONS, 0, 48, 6, DESTINATION), piece6(OPTIONS, 8, 48, 6, DESTINATION),
	*tunnel(SERVER, 7),
	# Nothing listed inside: understood, unless the first is missing.
	*tunnel("203.0.113.80", 8), tunnel("203.0.113.80", 9)[1]]))
