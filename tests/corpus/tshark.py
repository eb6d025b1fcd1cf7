# SPDX-License-Identifier: BSD-3-Clause
#
# What tshark takes the innermost packet of each frame for, to be compared with what the decoder
# says.
#
# PDML tells the layers in the order of the frame. Only those directly below the packet count: an IP
# header that an ICMP error quotes lies within the ICMP layer.
import functools
import subprocess
import xml.parsers.expat

# Layer → where its ports are.
PORTS = {
	"tcp": ("tcp.srcport", "tcp.dstport"),
	"udp": ("udp.srcport", "udp.dstport"),
	"udplite": ("udp.srcport", "udp.dstport"),
	"sctp": ("sctp.srcport", "sctp.dstport"),
	"dccp": ("dccp.srcport", "dccp.dstport"),
}
# The last has another name since tshark 4.4.
EXTENSIONS = ("ipv6.hopopts", "ipv6.routing", "ipv6.dstopts", "ipv6.fraghdr", "ipv6.shim6", "shim6")
# Fields that name what follows an extension header.
FOLLOWING = {"ah.next_header", "mip6.proto", "hip.proto", *(name + ".nxt" for name in EXTENSIONS)}
OFFSETS = ("ip.frag_offset", "ipv6.fraghdr.offset")
MORE = ("ip.flags.mf", "ipv6.fraghdr.more")
# Layer → what sekisho calls it, of fields.
AROUND = {
	"vlan": ("vlan:{}", "vlan.id"),
	"ieee8021ad": ("vlan:{}", "ieee8021ad.id"),
	"pppoes": ("pppoe:{}", "pppoe.session_id"),
	"mpls": ("mpls:{}", "mpls.label"),
	"l2tp": ("l2tp:{}/{}", "l2tp.tunnel", "l2tp.session"),
	"gtp": ("gtpu:{}", "gtp.teid"),
	"vxlan": ("vxlan:{}", "vxlan.vni"),
	"geneve": ("geneve:{}", "geneve.vni"),
	"teredo": ("teredo",),
	"ip": ("ipv4",),
	"ipv6": ("ipv6",),
}
# Of GRE's two versions, where it has any.
GRE_IDS = ("gre.key", "gre.key.call_id")
# What may carry packets, behind the innermost of which tshark told the addresses.
TUNNELS = {"gre", "gtp", "l2tp", "vxlan", "geneve", "teredo", "ppp", "mpls", "eth"}
BROKEN = ("_ws.malformed", "_ws.short")

SHOWN = ("ip", "ip.flags", "ipv6", *EXTENSIONS, "ah", "mipv6", "hip", *PORTS, *BROKEN, "gre",
	*(name for name in AROUND if name not in ("ip", "ipv6")))

# Frame by frame, nothing put together, nothing guessed from what was seen before.
OPTIONS = [
	"-o", "ip.defragment:FALSE",
	"-o", "ipv6.defragment:FALSE",
	"-o", "tcp.desegment_tcp_streams:FALSE",
	"-o", "tcp.analyze_sequence_numbers:FALSE",
	"-o", "ip.check_checksum:FALSE",
	"-o", "tcp.check_checksum:FALSE",
	"-o", "udp.check_checksum:FALSE",
]


class Frame:
	"""The layers of one frame, gathered while they are read."""

	def __init__(self):
		self.layers = []
		self.around = []  # the innermost packet, outermost first
		self.encapsulations = []  # the same, with whatever else there is
		self.pairs = []  # addresses, outermost first
		self.transport = self.source_port = self.destination_port = None
		self.is_ipv6 = False  # of the innermost
		self.fragment = "none"  # of any part, as sekisho has it
		self.broken = False  # tshark found a layer cut or malformed
		self.is_tunnel = False  # and what is inside has no addresses

	@property
	def pair(self):
		return self.pairs[-1] if self.pairs else (None, None)

	def add(self, name, fields):
		"""One layer; `fields`: (name, value) in their order."""
		values = dict(fields)
		self.layers.append(name)
		if name in ("ip", "ipv6"):
			if name + ".dst" not in values:
				self.broken = True
				return
			self.add_pair(name, values)
		self.add_encapsulation(name, values)
		if name in BROKEN:
			self.broken = True
		elif name in TUNNELS:
			self.is_tunnel = True
		elif name in PORTS and PORTS[name][1] in values:
			self.source_port, self.destination_port = (int(values[port])
				for port in PORTS[name])
		for field, value in fields:
			# IPv4 has no extension headers; AH goes with both.
			if not self.is_ipv6 and name not in ("ip", "ah"):
				break
			if field in FOLLOWING:
				self.transport = value
			elif field in OFFSETS and int(value) > 0:
				self.fragment = "later"
			elif field in MORE and value == "1" and self.fragment == "none":
				self.fragment = "first"

	def add_pair(self, name, values):
		self.around = self.encapsulations.copy()
		self.pairs.append((values[name + ".src"], values[name + ".dst"]))
		self.source_port = self.destination_port = None
		self.is_tunnel = False
		self.is_ipv6 = name == "ipv6"
		self.transport = values.get("ip.proto" if name == "ip" else "ipv6.nxt")

	def add_encapsulation(self, name, values):
		if name == "eth" and self.encapsulations and "mpls" in self.encapsulations[-1]:
			self.encapsulations.append("pseudowire")
		elif name == "gre":
			found = [int(values[field], 0) for field in GRE_IDS if field in values]
			self.encapsulations.append(f"gre:{found[0]}" if found and found[0] else "gre")
		elif name in AROUND and all(field in values for field in AROUND[name][1:]):
			text, *ids = AROUND[name]
			self.encapsulations.append(text.format(*(int(values[field], 0) for field in ids)))


class Reader:
	"""PDML → Frames."""

	def __init__(self):
		self.frames = []
		self.depth = 0  # of layers
		self.fields = []
		self.name = None
		self.parser = xml.parsers.expat.ParserCreate()
		self.parser.StartElementHandler = self.start
		self.parser.EndElementHandler = self.end

	def start(self, element, attributes):
		if element == "packet":
			self.frames.append(Frame())
		elif element == "proto":
			if self.depth == 0:
				self.name, self.fields = attributes["name"], []
			self.depth += 1
		elif element == "field":
			self.fields.append((attributes["name"], attributes.get("show", "")))

	def end(self, element):
		if element == "proto":
			self.depth -= 1
			if self.depth == 0:
				self.frames[-1].add(self.name, self.fields)


@functools.cache
def shown():
	"""What of SHOWN this tshark knows; it would refuse anything else."""
	fields = subprocess.run(["tshark", "-G", "fields"], check=True, stdout=subprocess.PIPE,
			stderr=subprocess.DEVNULL, text=True).stdout
	known = {line.split("\t")[2] for line in fields.splitlines()}
	return " ".join(name for name in SHOWN if name in known)


def frames(path, *options):
	"""The frames of a capture, as far as tshark can read the file."""
	reader = Reader()
	with subprocess.Popen(["tshark", "-n", "-r", path, *OPTIONS, *options, "-T", "pdml", "-j",
			shown()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as tshark:
		reader.parser.ParseFile(tshark.stdout)
	return reader.frames
