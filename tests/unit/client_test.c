// SPDX-License-Identifier: BSD-3-Clause

// The data plane's side of the socket as a peer meets it, without ports: the service's loop is
// played by turn().
#include "dataplane/client.h"

#include "tests/burst/dpdk.h"
#include "tests/burst/rules.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define WORKERS    1
#define RULE_LIMIT 100u
// Turns of a millisecond: far more than anything here takes, also under a sanitizer.
#define PATIENCE 20000

static const uint8_t instance[INSTANCE_SIZE] = {1, 2, 3};
static const struct rule rules[] = {{"198.51.100.9", IPPROTO_TCP, 6667, 4, ACTION_DROP}};

static struct regime regime;
static struct installation installation;
static struct contacts *contacts;
static struct clients *clients;

union answer {
	struct message_header header;
	struct message_error error;
	struct message_hello hello;
	struct message_status status;
	struct message_mode mode;
	struct message_generation generation;
	struct message_contacts contacts;
	uint8_t bytes[MESSAGE_SIZE_MAX];
};

static union answer answer;

static const struct config config;
static struct overblock *overblock;

static void fill_status(void *context, struct message_status *status)
{
	(void)context;
	status->mode = regime_mode(&regime);
	status->port_count = 2;
}

static int set_up(void **state)
{
	struct clients_request request = {
		.listener = -1,
		.instance = instance,
		.regime = &regime,
		.installation = &installation,
		.status = fill_status,
	};

	(void)state;
	contacts = contacts_create(4 * MESSAGE_CONTACTS_MAX);
	if (!contacts || regime_init(&regime, WORKERS, MODE_ALERT) < 0)
		return -1;
	overblock = overblock_create(&config);
	if (!overblock)
		return -1;
	installation_init(&installation, &regime, overblock, RULE_LIMIT);
	request.contacts = contacts;
	clients = clients_create(&request);
	return clients ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	clients_free(clients);
	installation_destroy(&installation);
	regime_destroy(&regime);
	overblock_free(overblock);
	contacts_free(contacts);
	return 0;
}

static void turn(void)
{
	struct pollfd fds[CLIENTS_POLL_MAX];
	int work_ms = clients_advance(clients);
	size_t count = clients_poll(clients, fds);

	assert_true(poll(fds, count, work_ms == 0 ? 0 : 1) >= 0);
	clients_serve(clients, fds, count);
}

// The size of the peer's next message, after as many turns as it takes; 0: the connection ended;
// -1: nothing yet after `turns`.
static ssize_t await_answer(int peer, int turns)
{
	ssize_t size = -1;

	while (turns-- > 0 && size < 0) {
		turn();
		size = recv(peer, &answer, sizeof(answer), MSG_DONTWAIT);
	}
	return size;
}

static int connect_peer(void)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	clients_add(clients, fds[1]);
	return fds[0];
}

static void ask(int peer, void *message, uint32_t type, size_t size, int memfd)
{
	struct message_header *header = message;
	struct iovec iovec = {.iov_base = message, .iov_len = size};
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr aligned;
	} control = {0};
	struct msghdr packet = {.msg_iov = &iovec, .msg_iovlen = 1};

	header->type = type;
	header->size = (uint32_t)size;
	if (memfd >= 0) {
		struct cmsghdr *c;

		packet.msg_control = &control;
		packet.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&packet);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &memfd, sizeof(int));
	}
	assert_int_equal(sendmsg(peer, &packet, MSG_NOSIGNAL), size);
}

static void ask_hello(int peer, uint32_t version)
{
	struct message_hello hello = {.version = version};

	ask(peer, &hello, MESSAGE_HELLO, sizeof(hello), -1);
}

static void ask_mode(int peer, enum mode mode)
{
	struct message_mode message = {.mode = mode};

	ask(peer, &message, MESSAGE_MODE, sizeof(message), -1);
}

static void ask_status(int peer)
{
	struct message_status_request request;

	ask(peer, &request, MESSAGE_STATUS, sizeof(request), -1);
}

static void ask_contacts(int peer, uint64_t after, uint64_t acknowledged)
{
	struct message_contacts_request request = {.after = after, .acknowledged = acknowledged};

	ask(peer, &request, MESSAGE_CONTACTS, sizeof(request), -1);
}

// The memfd says `number`, the message `announced`.
static void ask_generation(int peer, uint64_t number, uint64_t announced)
{
	struct rules_image image = rules_image_make(rules, 1);
	struct message_generation message = {.number = announced};
	int memfd;

	image.header->number = number;
	memfd = memfd_sealed(image.header, image.size);
	free(image.header);
	ask(peer, &message, MESSAGE_GENERATION, sizeof(message), memfd);
	close(memfd);
}

static int greeted_peer(void)
{
	int peer = connect_peer();

	ask_hello(peer, MESSAGE_VERSION);
	assert_int_equal(await_answer(peer, PATIENCE), sizeof(answer.hello));
	return peer;
}

static void assert_answer(int peer, uint32_t type)
{
	ssize_t size = await_answer(peer, PATIENCE);

	assert_true(size >= (ssize_t)sizeof(answer.header));
	assert_int_equal(answer.header.size, size);
	if (answer.header.type == MESSAGE_ERROR && type != MESSAGE_ERROR)
		fail_msg("%s", answer.error.text);
	assert_int_equal(answer.header.type, type);
}

static void assert_refused(int peer, const char *why)
{
	assert_answer(peer, MESSAGE_ERROR);
	if (!strstr(answer.error.text, why))
		fail_msg("expected \"%s\", got \"%s\"", why, answer.error.text);
}

static void assert_ended(int peer)
{
	assert_int_equal(await_answer(peer, PATIENCE), 0);
}

static void hello_tells_the_instance(void **state)
{
	int peer = connect_peer();

	(void)state;
	ask_hello(peer, MESSAGE_VERSION);
	assert_answer(peer, MESSAGE_HELLO);
	assert_int_equal(answer.hello.version, MESSAGE_VERSION);
	assert_memory_equal(answer.hello.instance, instance, INSTANCE_SIZE);
	close(peer);
}

static void versions_must_be_equal(void **state)
{
	char why[64];
	int peer = connect_peer();

	(void)state;
	ask_hello(peer, MESSAGE_VERSION + 1);
	snprintf(why, sizeof(why), "version %d of its protocol, the peer %d", MESSAGE_VERSION,
		MESSAGE_VERSION + 1);
	assert_refused(peer, why);
	assert_ended(peer);
	close(peer);
}

static void hello_comes_first(void **state)
{
	int peer = connect_peer();

	(void)state;
	ask_status(peer);
	assert_refused(peer, "before the hello");
	assert_ended(peer);
	close(peer);
}

static void garbage_ends_only_its_own_connection(void **state)
{
	int peer = greeted_peer(), bystander = greeted_peer();

	(void)state;
	assert_int_equal(send(peer, "garbage!garbage!", 16, 0), 16);
	assert_refused(peer, "is no request");
	assert_ended(peer);
	ask_status(bystander);
	assert_answer(bystander, MESSAGE_STATUS);
	assert_int_equal(answer.status.port_count, 2);
	close(peer);
	close(bystander);
}

static void connections_are_bounded(void **state)
{
	int peers[MESSAGE_CLIENTS_MAX];
	int late;

	(void)state;
	for (int i = 0; i < MESSAGE_CLIENTS_MAX; i++)
		peers[i] = greeted_peer();
	late = connect_peer();
	assert_refused(late, "too many connections");
	assert_ended(late);
	close(late);

	close(peers[0]);
	turn();
	peers[0] = greeted_peer();
	for (int i = 0; i < MESSAGE_CLIENTS_MAX; i++)
		close(peers[i]);
}

static void mode_is_answered_once_workers_report(void **state)
{
	int peer = greeted_peer(), bystander = greeted_peer();

	(void)state;
	regime_enroll(&regime, 0);
	regime_return(&regime, 0);
	ask_mode(peer, MODE_ENFORCE);
	assert_int_equal(await_answer(peer, 5), -1);
	assert_int_equal(regime_mode(&regime), MODE_ENFORCE);
	ask_status(bystander);
	assert_answer(bystander, MESSAGE_STATUS);

	regime_report(&regime, 0);
	assert_answer(peer, MESSAGE_MODE);
	assert_int_equal(answer.mode.mode, MODE_ENFORCE);
	close(peer);
	close(bystander);
}

static void a_stuck_worker_is_told(void **state)
{
	int peer = greeted_peer();

	(void)state;
	regime_enroll(&regime, 0);
	regime_return(&regime, 0);
	ask_mode(peer, MODE_SHADOW);
	assert_refused(peer, "a worker has not taken it up");
	close(peer);
}

static void generation_is_answered_once_workers_use_it(void **state)
{
	int peer = greeted_peer();

	(void)state;
	regime_enroll(&regime, 0);
	regime_return(&regime, 0);
	ask_generation(peer, 5, 5);
	while (!regime_generation(&regime))
		turn();
	assert_int_equal(await_answer(peer, 5), -1);
	regime_report(&regime, 0);
	assert_answer(peer, MESSAGE_GENERATION);
	assert_int_equal(answer.generation.number, 5);
	assert_int_equal(generation_header(regime_generation(&regime))->number, 5);
	close(peer);
}

static void a_bad_generation_leaves_the_old_one(void **state)
{
	int peer = greeted_peer();
	const struct generation *first;
	struct message_generation message = {.number = 9};

	(void)state;
	ask_generation(peer, 1, 1);
	assert_answer(peer, MESSAGE_GENERATION);
	first = regime_generation(&regime);

	ask_generation(peer, 3, 2);
	assert_refused(peer, "generation 2 was announced, the memfd holds generation 3");
	ask(peer, &message, MESSAGE_GENERATION, sizeof(message), peer);
	assert_answer(peer, MESSAGE_ERROR);
	assert_ptr_equal(regime_generation(&regime), first);

	ask_generation(peer, 4, 4);
	assert_answer(peer, MESSAGE_GENERATION);
	assert_int_equal(generation_header(regime_generation(&regime))->number, 4);
	close(peer);
}

static void generations_take_their_turns(void **state)
{
	// Neither first to last nor last to first among the connections.
	static const size_t order[] = {1, 3, 0, 2};
	int peers[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		peers[i] = greeted_peer();
	for (size_t i = 0; i < 4; i++) {
		ask_generation(peers[order[i]], i + 1, i + 1);
		turn();
	}
	for (size_t i = 0; i < 4; i++) {
		assert_answer(peers[order[i]], MESSAGE_GENERATION);
		assert_int_equal(answer.generation.number, i + 1);
	}
	assert_int_equal(generation_header(regime_generation(&regime))->number, 4);
	for (size_t i = 0; i < 4; i++)
		close(peers[i]);
}

static void who_hangs_up_takes_a_waiting_generation_back(void **state)
{
	int first = greeted_peer(), second = greeted_peer();

	(void)state;
	regime_enroll(&regime, 0);
	regime_return(&regime, 0);
	ask_generation(first, 1, 1);
	while (!regime_generation(&regime))
		turn();
	// The worker holds the first one up, so that the second has to wait.
	ask_generation(second, 2, 2);
	turn();
	turn();
	close(second);
	turn();
	regime_report(&regime, 0);
	assert_answer(first, MESSAGE_GENERATION);
	ask_status(first);
	assert_answer(first, MESSAGE_STATUS);
	while (installation.state != INSTALLATION_IDLE)
		turn();
	assert_int_equal(installation.number, 1);
	close(first);
}

static void fill_contacts(uint32_t count)
{
	struct ledger *ledger = ledger_create(count);
	struct contact_clock clock = {.ticks = 0, .ns = 1000, .hz = 1000000000};

	for (uint32_t i = 0; i < count; i++) {
		struct ledger_key key = {.port = (uint16_t)(i + 1), .transport = IPPROTO_TCP};
		struct ledger_entry *entry = ledger_find_or_add(ledger, &key);

		assert_non_null(entry);
		entry->packets_up = i + 1;
	}
	contacts_merge(contacts, ledger, &clock);
	ledger_free(ledger);
}

static void contacts_come_in_batches(void **state)
{
	uint32_t total = MESSAGE_CONTACTS_MAX + 10;
	int peer = greeted_peer();

	(void)state;
	fill_contacts(total);
	ask_contacts(peer, 0, 0);
	assert_answer(peer, MESSAGE_CONTACTS);
	assert_int_equal(answer.contacts.count, MESSAGE_CONTACTS_MAX);
	assert_int_equal(answer.contacts.more, 1);
	assert_int_equal(
		answer.contacts.next, answer.contacts.records[MESSAGE_CONTACTS_MAX - 1].change);

	ask_contacts(peer, answer.contacts.next, 0);
	assert_answer(peer, MESSAGE_CONTACTS);
	assert_int_equal(answer.contacts.count, 10);
	assert_int_equal(answer.contacts.more, 0);
	assert_int_equal(answer.contacts.records[9].packets_up, total);

	ask_contacts(peer, answer.contacts.next, answer.contacts.next);
	assert_answer(peer, MESSAGE_CONTACTS);
	assert_int_equal(answer.contacts.count, 0);
	close(peer);
}

static void who_does_not_read_is_cut_off(void **state)
{
	int peer = greeted_peer();
	struct message_contacts_request request = {
		.header = {.type = MESSAGE_CONTACTS, .size = sizeof(request)}};
	bool cut = false;

	(void)state;
	fill_contacts(MESSAGE_CONTACTS_MAX);
	for (int i = 0; i < 1000 && !cut; i++) {
		cut = send(peer, &request, sizeof(request), MSG_DONTWAIT | MSG_NOSIGNAL) < 0;
		turn();
	}
	assert_true(cut);
	close(peer);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hello_tells_the_instance),
		TEST(versions_must_be_equal),
		TEST(hello_comes_first),
		TEST(garbage_ends_only_its_own_connection),
		TEST(connections_are_bounded),
		TEST(mode_is_answered_once_workers_report),
		TEST(a_stuck_worker_is_told),
		TEST(generation_is_answered_once_workers_use_it),
		TEST(a_bad_generation_leaves_the_old_one),
		TEST(generations_take_their_turns),
		TEST(who_hangs_up_takes_a_waiting_generation_back),
		TEST(contacts_come_in_batches),
		TEST(who_does_not_read_is_cut_off),
	};

	return cmocka_run_group_tests_name("client", tests, dpdk_start, NULL);
}
