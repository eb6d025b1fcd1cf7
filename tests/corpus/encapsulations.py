# SPDX-License-Identifier: BSD-3-Clause
#
# A frame for each way in which a packet may lie in others, and what is to be understood of it.
#
# CASES: name → (frame, what `sekisho decode --json` says). What a case does not say of the innermost
# packet is that of PLAIN, and nothing lies around.
from craft import (DESTINATION, FRAGMENT, ICMP, ROUTING, SERVER, SERVER6, SUBSCRIBER,
	SUBSCRIBER6, SYN, TCP, UDP, ethernet, fragment_header, ipv4, ipv6, options_header, tcp, udp)
from tunnel import (GRE, IPIP, IPV4, IPV6_IN_IP, TRANSPARENT_ETHERNET, geneve, gre, gtpu,
	l2tp, link, mpls, pppoe, teredo, vxlan)

A, B = "192.0.2.1", "203.0.113.2"
A6, B6 = "2001:db8:a::1", "2001:db8:b::2"
TEREDO = "2001:0:cb00:7102:8000:1234:3fff:fdfe"
PPPOE, MPLS, ARP = 0x8864, 0x8847, 0x0806

PACKET = ipv4(SUBSCRIBER, SERVER, TCP, tcp(40000, 6667, SYN))
PACKET6 = ipv6(SUBSCRIBER6, SERVER6, UDP, udp(40001, 53, b"query"))
PING = bytes.fromhex("0800f7ff00000000")
# tshark guesses less well what is behind a label, and is told of this one.
PSEUDOWIRE_LABEL = 1001
NO_PORTS = {"source_port": None, "destination_port": None}

PLAIN = {
	"source": SUBSCRIBER, "destination": SERVER, "transport": "tcp", "source_port": 40000,
	"destination_port": 6667, "fragment": "none", "undecoded": None, "encapsulations": [],
	"outer": None,
}
PLAIN6 = {
	"source": SUBSCRIBER6, "destination": SERVER6, "transport": "udp", "source_port": 40001,
	"destination_port": 53,
}
NOTHING = {"source": None, "destination": None, "transport": None, **NO_PORTS}
OUTER = {"source": A, "destination": B}
OUTER6 = {"source": A6, "destination": B6}


def over4(protocol, payload):
	return ethernet(ipv4(A, B, protocol, payload))


def over6(protocol, payload):
	return ethernet(ipv6(A6, B6, protocol, payload))


def around(*names, outer=None, **inner):
	return {"encapsulations": list(names), "outer": outer, **inner}


CASES = {
	"ipv4": (ethernet(PACKET), {}),
	"ipv6": (ethernet(PACKET6), PLAIN6),
	"icmp": (ethernet(ipv4(SUBSCRIBER, SERVER, ICMP, PING)), {"transport": "icmp", **NO_PORTS}),
	# The packet that an ICMP error quotes is not the packet.
	"icmp error": (ethernet(ipv4(SERVER, SUBSCRIBER, ICMP, bytes.fromhex("0301fcfe00000000")
		+ PACKET)), {"source": SERVER, "destination": SUBSCRIBER, "transport": "icmp",
		**NO_PORTS}),
	"sctp": (ethernet(ipv4(SUBSCRIBER, SERVER, 132, udp(40000, 6667, bytes(8)))),
		{"transport": "sctp"}),
	"esp": (ethernet(ipv4(SUBSCRIBER, SERVER, 50, bytes(32))), {"transport": "esp", **NO_PORTS}),
	"vrrp": (ethernet(ipv4(SUBSCRIBER, SERVER, 112, bytes(8))), {"transport": "vrrp",
		**NO_PORTS}),
	"no name": (ethernet(ipv4(SUBSCRIBER, SERVER, 61, bytes(8))), {"transport": "61",
		**NO_PORTS}),
	"first fragment": (ethernet(ipv4(SUBSCRIBER, SERVER, UDP, udp(40000, 6667, bytes(16)),
		fragment=0x2000)), {"transport": "udp", "fragment": "first"}),
	"first fragment without ports": (ethernet(ipv4(SUBSCRIBER, SERVER, UDP, b"",
		options=bytes(4), fragment=0x2000)), {"transport": "udp", "fragment": "first",
		**NO_PORTS}),
	"later fragment": (ethernet(ipv4(SUBSCRIBER, SERVER, UDP, bytes(16), fragment=3)),
		{"transport": "udp", "fragment": "later", **NO_PORTS}),
	"later fragment of IPv6": (ethernet(ipv6(SUBSCRIBER6, SERVER6, FRAGMENT,
		fragment_header(UDP, 64, 0) + bytes(16))), {**PLAIN6, "fragment": "later", **NO_PORTS}),
	"extension headers": (ethernet(ipv6(SUBSCRIBER6, SERVER6, DESTINATION,
		options_header(ROUTING) + bytes([UDP, 2, 0, 0]) + bytes(20) + udp(40001, 53))), PLAIN6),
	"vlan": (ethernet(PACKET, [(0x8100, 100)]), around("vlan:100")),
	"qinq": (ethernet(PACKET, [(0x88A8, 300), (0x8100, 100)]), around("vlan:300", "vlan:100")),
	"pppoe": (link(PPPOE, pppoe(7, PACKET)), around("pppoe:7")),
	"pppoe in qinq, IPv6": (link(PPPOE, pppoe(65535, PACKET6), [(0x8100, 300), (0x8100, 100)]),
		around("vlan:300", "vlan:100", "pppoe:65535", **PLAIN6)),
	"mpls": (link(MPLS, mpls([1000, 16], PACKET)), around("mpls:1000", "mpls:16")),
	"mpls, IPv6": (link(MPLS, mpls([1048575], PACKET6)), around("mpls:1048575", **PLAIN6)),
	"pseudowire": (link(MPLS, mpls([PSEUDOWIRE_LABEL], bytes(4) + ethernet(PACKET,
		[(0x8100, 5)]))), around(f"mpls:{PSEUDOWIRE_LABEL}", "pseudowire", "vlan:5")),
	"ipv4 in ipv4": (over4(IPIP, PACKET), around("ipv4", outer=OUTER)),
	"ipv6 in ipv4": (over4(IPV6_IN_IP, PACKET6), around("ipv4", outer=OUTER, **PLAIN6)),
	"ipv4 in ipv6": (over6(IPIP, PACKET), around("ipv6", outer=OUTER6)),
	"ipv6 in ipv6": (over6(IPV6_IN_IP, PACKET6), around("ipv6", outer=OUTER6, **PLAIN6)),
	"gre": (over4(GRE, gre(PACKET)), around("ipv4", "gre", outer=OUTER)),
	"gre with key": (over6(GRE, gre(PACKET6, key=4294967295, sequence=9)),
		around("ipv6", "gre:4294967295", outer=OUTER6, **PLAIN6)),
	"gre, Ethernet": (over4(GRE, gre(ethernet(PACKET), TRANSPARENT_ETHERNET, key=5)),
		around("ipv4", "gre:5", outer=OUTER)),
	"l2tp": (over4(UDP, l2tp(12, 34, PACKET)), around("ipv4", "l2tp:12/34", outer=OUTER)),
	"gtpu": (over4(UDP, gtpu(0xFFFFFFFF, PACKET)), around("ipv4", "gtpu:4294967295",
		outer=OUTER)),
	"vxlan": (over4(UDP, vxlan(16777215, ethernet(PACKET, [(0x8100, 8)]))),
		around("ipv4", "vxlan:16777215", "vlan:8", outer=OUTER)),
	"geneve": (over6(UDP, geneve(77, ethernet(PACKET6), options=bytes(8))),
		around("ipv6", "geneve:77", outer=OUTER6, **PLAIN6)),
	"geneve, IP": (over4(UDP, geneve(78, PACKET, IPV4)), around("ipv4", "geneve:78",
		outer=OUTER)),
	"teredo": (over4(UDP, teredo(ipv6(TEREDO, SERVER6, UDP, udp(40001, 53)))),
		around("ipv4", "teredo", outer=OUTER, **{**PLAIN6, "source": TEREDO})),
	"teredo with origin": (over4(UDP, teredo(ipv6(SERVER6, TEREDO, UDP, udp(53, 40001)), 3544,
		50000, bytes(6))), around("ipv4", "teredo", outer=OUTER, **{**PLAIN6, "source": SERVER6,
		"destination": TEREDO, "source_port": 53, "destination_port": 40001})),
	"teredo bubble with trailers": (over4(UDP, teredo(ipv6(TEREDO, SERVER6, 59, b"")
		+ bytes.fromhex("010477a05e760502df78"))), around("ipv4", "teredo", outer=OUTER,
		**{**PLAIN6, "source": TEREDO, "transport": "ipv6-nonxt", **NO_PORTS})),
	"tunnel in tunnel": (link(PPPOE, pppoe(7, ipv6(A6, B6, IPIP, ipv4(A, B, GRE, gre(PACKET)))),
		[(0x8100, 2)]), around("vlan:2", "pppoe:7", "ipv6", "ipv4", "gre", outer=OUTER6)),
	# A bot may use these ports as well.
	"no tunnel": (ethernet(ipv4(SUBSCRIBER, SERVER, UDP, udp(40000, 4789, b"no VXLAN at all"))),
		{"transport": "udp", "destination_port": 4789}),
	"arp": (link(ARP, bytes(28)), {**NOTHING, "undecoded": "control"}),
	"ethertype": (link(0x88B5, bytes(28)), {**NOTHING, "undecoded": "ethertype"}),
	"length": (link(40, bytes.fromhex("424203") + bytes(37)), {**NOTHING, "undecoded": "llc"}),
	"malformed": (ethernet(b"\x41" + PACKET[1:]), {**NOTHING, "undecoded": "ipv4"}),
}

FRAMES = [frame for frame, _ in CASES.values()]
EXPECTED = [{**PLAIN, **expected} for _, expected in CASES.values()]
