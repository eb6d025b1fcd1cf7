// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/list_file.h"

#define LINKS "links = ( { name = \"a\"; subscriber = \"af_xdp:a\"; network = \"af_xdp:b\"; } );\n"

// What the command said on one of its streams.
struct recording {
	int stream; // as it was
	int memfd;
	int fd;
	char text[4096];
};

static void recording_begin(struct recording *recording, int fd)
{
	fflush(NULL);
	recording->fd = fd;
	recording->stream = dup(fd);
	recording->memfd = memfd_create("output", MFD_CLOEXEC);
	assert_true(recording->stream >= 0 && recording->memfd >= 0);
	assert_true(dup2(recording->memfd, fd) == fd);
}

static void recording_end(struct recording *recording)
{
	ssize_t size;

	fflush(NULL);
	dup2(recording->stream, recording->fd);
	close(recording->stream);
	size = pread(recording->memfd, recording->text, sizeof(recording->text) - 1, 0);
	close(recording->memfd);
	assert_true(size >= 0);
	recording->text[size] = '\0';
}

// Runs it on a configuration that holds `text`, and checks one line each of stdout and stderr.
static void assert_checked(const char *text, int status, const char *output, const char *complaint)
{
	struct recording out, err;
	char path[32];
	char *arguments[] = {(char[]){"sekisho check-config"}, path, NULL};
	int memfd = memfd_create("sekisho.conf", MFD_CLOEXEC);
	int result;

	assert_int_equal(write(memfd, text, strlen(text)), strlen(text));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memfd);
	recording_begin(&out, STDOUT_FILENO);
	recording_begin(&err, STDERR_FILENO);
	optind = 0;
	result = check_config_main(2, arguments);
	recording_end(&err);
	recording_end(&out);
	close(memfd);
	if (result != status || !strstr(out.text, output) || !strstr(err.text, complaint) ||
		(status == COMMAND_OK && err.text[0]))
		fail_msg("%d\n%s%s", result, out.text, err.text);
}

static void what_was_understood_is_printed(void **state)
{
	(void)state;
	assert_checked(LINKS "mode = \"enforce\";", COMMAND_OK, "  mode          enforce\n", "");
	assert_checked(LINKS, COMMAND_OK,
		"  links         a: subscriber af_xdp:a, network af_xdp:b, key address\n", "");
	assert_checked(
		"links = ( { name = \"a\"; subscriber = \"af_xdp:a\"; network = \"af_xdp:b\";\n"
		"subscriber_key = \"vlan_pair\"; vlans = ( \"1-9\", \"20.1-4094\" ); } );",
		COMMAND_OK, "network af_xdp:b, key vlan_pair in 2 ranges of VLANs\n", "");
	assert_checked(
		"links = ( { name = \"a\"; subscriber = \"af_xdp:a\"; network = \"af_xdp:b\";\n"
		"subscriber_key = \"mpls\"; labels = ( \"1000-1999\" ); } );",
		COMMAND_OK, "network af_xdp:b, key mpls in 1 range of labels\n", "");
	assert_checked(
		"links = ( { name = \"a\"; subscriber = \"af_xdp:a\"; network = \"af_xdp:b\";\n"
		"sinkhole = \"af_xdp:c\"; sinkhole_mac = \"02:00:00:00:00:03\"; } );",
		COMMAND_OK, "network af_xdp:b, key address, sinkhole af_xdp:c\n", "");
	assert_checked(
		"links = ( { name = \"a\"; subscriber = \"af_xdp:a\"; network = \"af_xdp:b\";\n"
		"subscriber_key = \"address_port\"; } );",
		COMMAND_OK, "; each an IPv4 /32 or an IPv6 /56, or 1024 ports\n", "");
	assert_checked(LINKS "subscribers = { consent = \"opt-in\"; };", COMMAND_OK,
		"  consent       opt-in\n", "");
	assert_checked(LINKS "worker_cores = [ 2, 3 ];", COMMAND_OK,
		"  workers       2 on core 2, 3; 512 MB of huge pages\n", "");
	assert_checked(LINKS "policy = ( { levels = [ 3 ]; action = \"drop\"; } );", COMMAND_OK,
		"  policy        1: level 3: drop; capped at level 3: police to 10 packets/s, "
		"10 at once\n"
		"                otherwise alert\n"
		"  at most       level 4 sinkhole, level 3 police, level 2 alert, level 1 alert\n",
		"");
	assert_checked(LINKS "event_file = \"\"; event_syslog = true;", COMMAND_OK,
		"  events        no file and syslog;", "");
	assert_checked(LINKS "feeds = ( { name = \"null\"; path = \"/dev/null\"; } );", COMMAND_OK,
		"  feeds         null: /dev/null, format detected, level 3, every 60 s\n", "");
}

#define RADIUS(secret) \
	"radius = { listen = ( \"127.0.0.1:1813\", \"[::1]:1813\" );\n" \
	"clients = ( { address = \"192.0.2.0/24\"; secret_file = \"" secret "\"; } ); };\n"

static void accounting_is_printed(void **state)
{
	(void)state;
	assert_checked(LINKS, COMMAND_OK, "  radius        none\n", "");
	assert_checked(LINKS RADIUS("/dev/null"), COMMAND_OK,
		"  radius        127.0.0.1:1813, [::1]:1813; subscribers by User-Name, kept for "
		"180 days\n"
		"                client 192.0.2.0/24, secret in /dev/null\n",
		"");
	assert_checked(LINKS RADIUS("/nonexistent"), COMMAND_UNWELL, "",
		"/nonexistent: secret cannot be read: No such file or directory\n");
}

static void long_lists_are_cut_short(void **state)
{
	(void)state;
	assert_checked(LINKS
		"subscribers = { prefixes = ( \"10.0.0.0/16\", \"10.1.0.0/16\",\n"
		"\"10.2.0.0/16\", \"10.3.0.0/16\", \"10.4.0.0/16\", \"10.5.0.0/16\",\n"
		"\"10.6.0.0/16\", \"10.7.0.0/16\", \"10.8.0.0/16\", \"10.9.0.0/16\" ); };",
		COMMAND_OK, "10.7.0.0/16 and 2 more; each an IPv4 /32 or an IPv6 /56\n", "");
}

static void what_is_not_well_is_named(void **state)
{
	(void)state;
	assert_checked(
		"mode = \"drop\";", COMMAND_UNWELL, "", ":1: mode: unknown mode (\"drop\");");
	assert_checked("", COMMAND_UNWELL, "  links         none\n", "links: none;");
	assert_checked(LINKS "feeds = ( { name = \"f\"; path = \"/nonexistent\"; } );",
		COMMAND_UNWELL, "  feeds         f: /nonexistent,",
		"/nonexistent: feed f cannot be read: No such file or directory\n");
	assert_checked(LINKS "feeds = ( { name = \"f\"; path = \"/\"; } );", COMMAND_UNWELL, "",
		"/: feed f cannot be read: Is a directory\n");
	assert_checked(LINKS "never_block = ( \"/nonexistent\" );", COMMAND_UNWELL, "",
		"/nonexistent: never-block file cannot be read: No such file or directory\n");
	// A never-block file is read, not only opened: this very text is no list of prefixes.
	assert_checked(LINKS "never_block = ( \"/proc/self/cwd/config/meson.build\" );",
		COMMAND_UNWELL, "", "meson.build");
}

static void subscribers_files_are_read(void **state)
{
	const struct list_file mapping = list_file_make("subscriber,prefix,link,vlan\n"
							"a,192.0.2.1,,\n"
							"b,192.0.2.1/24,,\n"
							"c,,b,100\n");
	const struct list_file cgn = list_file_make("inside,outside,first_port,last_port\n"
						    "100.64.0.0/24,203.0.113.1,1024,65535\n");
	char text[512], output[128], complaint[128];

	(void)state;
	snprintf(
		text, sizeof(text), LINKS "subscribers = { mapping = ( \"%s\" ); };", mapping.path);
	snprintf(output, sizeof(output), "  mapping       %s: 1 rows accepted, 2 rejected\n",
		mapping.path);
	snprintf(complaint, sizeof(complaint), "%s:3: '192.0.2.1/24': not a prefix", mapping.path);
	assert_checked(text, COMMAND_UNWELL, output, complaint);
	assert_checked(text, COMMAND_UNWELL, output, ":4: 'b': no link of that name; there is a\n");
	snprintf(text, sizeof(text),
		LINKS "subscribers = { cgn = ( \"%s\" ); map_e = ( { ipv6 = \"2001:db8::/40\";\n"
		      "ipv4 = \"192.0.2.0/24\"; ea_length = 16; } ); };",
		cgn.path);
	snprintf(output, sizeof(output), "  CGN           %s: 1 rows accepted, 0 rejected\n",
		cgn.path);
	assert_checked(text, COMMAND_OK, output, "");
	assert_checked(text, COMMAND_OK,
		"  MAP-E         192.0.2.0/24 in 2001:db8::/40; 16 EA bits, PSID offset 6\n", "");
	assert_checked(LINKS "subscribers = { mapping = ( \"/nonexistent\" ); };", COMMAND_UNWELL,
		"  mapping       /nonexistent: 0 rows accepted", "/nonexistent: cannot be opened");
	list_file_remove(&mapping);
	list_file_remove(&cgn);
}

static void what_cannot_run_says_so(void **state)
{
	char *missing[] = {(char[]){"sekisho check-config"}, (char[]){"/nonexistent"}, NULL};
	char *two[] = {(char[]){"sekisho check-config"}, (char[]){"a"}, (char[]){"b"}, NULL};
	struct recording err;
	int status[2];

	(void)state;
	recording_begin(&err, STDERR_FILENO);
	optind = 0;
	status[0] = check_config_main(2, missing);
	optind = 0;
	status[1] = check_config_main(3, two);
	recording_end(&err);
	assert_int_equal(status[0], COMMAND_FAILED);
	assert_int_equal(status[1], COMMAND_FAILED);
	assert_non_null(strstr(err.text, "/nonexistent: cannot be read: No such file"));
	assert_non_null(strstr(err.text, "usage: sekisho check-config [FILE]\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_understood_is_printed),
		cmocka_unit_test(accounting_is_printed),
		cmocka_unit_test(long_lists_are_cut_short),
		cmocka_unit_test(what_is_not_well_is_named),
		cmocka_unit_test(subscribers_files_are_read),
		cmocka_unit_test(what_cannot_run_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
