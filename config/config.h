// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The configuration, for all programs: one libconfig file read into plain structs.
//
// config_load reads everything, checks everything and either gives a complete configuration or one
// clear line. An unknown setting is an error: a misspelt `worker = 4` must not silently mean the
// default. Relative file names (feeds, mappings) are relative to the configuration file's
// directory. The struct is read-only after loading and may be shared by threads.
//
// config/sekisho.conf is the annotated sample; sekisho.conf(5) describes every setting. A new
// setting goes into all three, into config.c and into tests/unit/config_test.c.

#include "config/action.h"
#include "config/address.h"
#include "config/consent.h"
#include "config/id_range.h"
#include "config/link_key.h"
#include "config/list_table.h"
#include "config/mac.h"
#include "config/mode.h"
#include "config/policy.h"
#include "config/prefix_set.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_PATH_DEFAULT "/etc/sekisho/sekisho.conf"
#define CONFIG_NAME_SIZE    32 // of a link or feed, with the terminating zero
#define CONFIG_LINKS_MAX    16
#define CONFIG_WORKERS_MAX  64
#define CONFIG_ERROR_SIZE   512
#define CONFIG_LISTEN_MAX   16 // endpoints of the accounting server
#define CONFIG_MAPPING_MAX  16
#define CONFIG_CGN_MAX      16
#define CONFIG_MAP_E_MAX    256

enum config_port_kind {
	CONFIG_PORT_PCI,
	CONFIG_PORT_AF_XDP,
	CONFIG_PORT_AF_PACKET,
	CONFIG_PORT_PCAP,
	CONFIG_PORT_VDEV,
};

// One port as written: "0000:03:00.0", "af_xdp:eth1", "af_packet:eth1", "pcap:IN[,OUT]",
// "vdev:ARGS".
struct config_port {
	enum config_port_kind kind;
	char *text; // as written, for messages
	char *name; // PCI address, interface, IN file, or the vdev's arguments
	char *out;  // pcap only: OUT file or NULL
};

struct config_link {
	char name[CONFIG_NAME_SIZE];
	struct config_port subscriber;
	struct config_port network;
	enum link_key subscriber_key;
	struct vlan_range *vlans; // that are subscribers'; none: all
	size_t vlan_count;
	struct id_range *labels; // likewise
	size_t label_count;
	struct config_port sinkhole; // `text` NULL: there is none
	uint8_t sinkhole_mac[MAC_SIZE];
	uint32_t sinkhole_timeout_s; // of silence, after which it does not answer
};

struct config_feed {
	char name[CONFIG_NAME_SIZE];
	char *path;
	char *format;           // NULL: detect
	uint8_t level;          // 1..4, for rows that name none
	uint32_t refresh_s;     // how often the file is looked at even when no change was announced
	uint8_t shrink_percent; // a load that loses more than this share of its rows is refused;
				// 100: never
	uint64_t categories;    // format "iprep": bit n: category n is C&C; 0: all are
	struct list_table table; // format "delimited"
};

enum config_match {
	CONFIG_MATCH_INNER, // the innermost pair of addresses
	CONFIG_MATCH_ALL,   // those of tunnels around it as well
};

// How far into a frame we look, and what we look up of it.
struct config_decode {
	uint8_t depth; // encapsulations, 1..8
	enum config_match match;
	uint32_t fragment_limit; // datagrams in fragments that a worker remembers
	uint32_t fragment_timeout_ms;
	uint8_t undecoded_limit; // percent of a port's packets; more is not healthy
};

// A basic mapping rule of MAP-E (RFC 7597 section 5.2); the control plane's alone.
struct config_map_e {
	struct prefix ipv6, ipv4;
	uint8_t ea_length;   // bits, 0..48
	uint8_t psid_offset; // 0..15
};

struct config_subscribers {
	struct prefix *prefixes;
	size_t prefix_count;
	uint8_t v4_length; // 1..32
	uint8_t v6_length; // 1..128
	uint32_t
		port_block; // ports of one subscriber, a power of two, where a link's key has ports
	enum consent consent;
	uint32_t total; // how many there are; 0: not said

	// Who they are: what the control plane reads.
	char **mapping; // files, see sekisho-subscribers(5)
	size_t mapping_count;
	char **cgn; // likewise
	size_t cgn_count;
	struct config_map_e *map_e;
	size_t map_e_count;
};

// Past which a rule is disarmed: dataplane/overblock.h. 0: off.
struct config_guard {
	uint32_t subscribers;      // that one rule touches
	uint32_t subscriber_share; // the same, per mille of config_subscribers' total
	uint32_t share;            // per mille of its link's packets
	uint32_t packets;          // a second
	uint32_t new_subscribers;  // that all new rules touch together
};

struct config_endpoint {
	struct address address;
	uint16_t port;
	char *text; // as written
};

struct config_radius_client {
	struct prefix prefix;
	char *secret_path; // the secret is the file's first line
};

// The attribute that names the subscriber.
enum config_radius_subscriber {
	CONFIG_RADIUS_USER_NAME,
	CONFIG_RADIUS_CALLING_STATION_ID,
	CONFIG_RADIUS_NAS_PORT_ID,
	CONFIG_RADIUS_SESSION_ID,
};

// RADIUS accounting; no endpoint to listen on: there is none.
struct config_radius {
	struct config_endpoint listen[CONFIG_LISTEN_MAX];
	size_t listen_count;
	struct config_radius_client *clients;
	size_t client_count;
	enum config_radius_subscriber subscriber;
	uint32_t session_timeout_s; // 0: none
	uint32_t retention_days;    // of what ended
};

struct config {
	enum mode mode;
	char *path; // of the file itself
	char *runtime_dir;
	char *state_dir;
	char *user; // whom both programs become once started as root

	struct config_link links[CONFIG_LINKS_MAX];
	size_t link_count;
	uint32_t workers;
	uint32_t worker_cores[CONFIG_WORKERS_MAX]; // CPU numbers
	size_t worker_core_count;                  // 0: chosen at start, else equal to `workers`
	bool hugepages;
	uint32_t memory_mb;      // reserved at start
	uint32_t mtu;            // bytes of Ethernet payload; 0: the port's own
	uint32_t rx_descriptors; // per queue
	uint32_t tx_descriptors;
	uint32_t idle_sleep_us; // longest sleep of an idle worker; 0: never sleep

	uint32_t rule_limit;    // rules a generation may hold
	uint32_t contact_limit; // contacts the data plane keeps

	struct config_decode decode;
	struct config_subscribers subscribers;
	struct config_feed *feeds;
	size_t feed_count;
	char **never_block; // files: control/never_block.h
	size_t never_block_count;
	char **sinkholes; // files of the same form
	size_t sinkhole_count;
	struct config_policy policy;

	struct config_guard guard;
	struct config_radius radius;

	char *event_path; // JSON lines; default state_dir/events.json; "" for none
	bool event_syslog;
	uint32_t retention_days;   // how long the days of a contact are kept
	uint32_t event_interval_s; // the least time between two events of one contact
};

// On success gives the configuration, which config_free releases. On failure gives NULL and one
// line in `error`: file, line, setting, value, and what would be right.
struct config *config_load(const char *path, char error[CONFIG_ERROR_SIZE]);

// The configuration of a file with nothing in it: replay without --config.
struct config *config_default(void);
void config_free(struct config *config); // NULL is allowed
