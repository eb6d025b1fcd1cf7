// SPDX-License-Identifier: BSD-3-Clause

// Datagrams to a server on the loopback interface, and what it answers, stores, counts and reports.

#include "control/radius/server.h"

#include "tests/unit/accounting_packet.h"
#include "tests/unit/scratch.h"

#include "config/config.h"
#include "config/utc.h"
#include "control/report/radius.h"

#include <event2/event.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct scratch scratch;
static char secret_path[PATH_MAX], endpoint_text[] = "the endpoint";
static struct config_radius_client client;
static struct config config = {.user = (char[]){"nobody"}};
static struct control control = {.config = &config};
static struct event_base *base;
static int nas = -1;
static char error[512];

// A port that nobody uses just now.
static uint16_t free_port(void)
{
	struct sockaddr_in name = {.sin_family = AF_INET};
	socklen_t size = sizeof(name);
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&name, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
	close(fd);
	return ntohs(name.sin_port);
}

static void configure(const char *listen, const char *clients)
{
	config.radius = (struct config_radius){
		.clients = &client, .client_count = 1, .listen_count = 1, .retention_days = 36500};
	config.radius.listen[0] =
		(struct config_endpoint){.port = free_port(), .text = endpoint_text};
	assert_true(address_parse(listen, strlen(listen), &config.radius.listen[0].address));
	client.secret_path = secret_path;
	assert_true(prefix_parse(clients, strlen(clients), &client.prefix));
}

static void start(const char *listen, const char *clients)
{
	configure(listen, clients);
	control.radius = radius_server_create(base, &config, control.store, error, sizeof(error));
	if (control.radius == NULL)
		fail_msg("%s", error);
}

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	scratch_write(&scratch, "secret", "xyzzy5461\nnot this\n");
	scratch_path(&scratch, "secret", secret_path);
	chmod(secret_path, 0640);
	base = event_base_new();
	control.store = store_open(scratch.path, error, sizeof(error));
	return base == NULL || control.store == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	if (nas >= 0)
		close(nas);
	nas = -1;
	radius_server_free(control.radius);
	control.radius = NULL;
	store_close(control.store);
	event_base_free(base);
	scratch_remove(&scratch);
	return 0;
}

// Whoever is connected hears only answers from that very address.
static void connect_nas(const char *to)
{
	struct sockaddr_in v4 = {
		.sin_family = AF_INET, .sin_port = htons(config.radius.listen[0].port)};
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(config.radius.listen[0].port)};
	const bool is_v4 = inet_pton(AF_INET, to, &v4.sin_addr) == 1;

	assert_true(is_v4 || inet_pton(AF_INET6, to, &v6.sin6_addr) == 1);
	nas = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(connect(nas, is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
				 is_v4 ? sizeof(v4) : sizeof(v6)),
		0);
}

// On the loopback interface a datagram is there once it is sent.
static void send_to_server(const struct accounting_packet *packet)
{
	assert_int_equal(send(nas, packet->bytes, packet->length, 0), packet->length);
	event_base_loop(base, EVLOOP_NONBLOCK);
}

static bool is_answered(const struct accounting_packet *packet)
{
	uint8_t right[RADIUS_PACKET_MAX], answer[RADIUS_PACKET_MAX];
	const size_t length =
		radius_answer(packet->bytes, packet->length, &accounting_secret, right);
	const ssize_t size = recv(nas, answer, sizeof(answer), 0);

	return size == (ssize_t)length && memcmp(answer, right, length) == 0;
}

static struct accounting_packet make_start(uint8_t number)
{
	struct accounting_packet packet = accounting_begin(number, RADIUS_START);

	accounting_text(&packet, 44, (const char[]){'s', (char)('a' + number % 26), '\0'});
	accounting_text(&packet, 1, "user");
	accounting_add(&packet, 8, (const uint8_t[]){192, 0, 2, number}, 4);
	accounting_sign(&packet);
	return packet;
}

static struct radius_view look(void)
{
	struct radius_view view;

	radius_server_look(control.radius, &view);
	return view;
}

static void assert_stored(uint64_t stored)
{
	struct binding_totals totals;

	assert_int_equal(store_bindings_count(control.store, &totals), 0);
	assert_int_equal(totals.stored, stored);
}

static void answers_what_it_has_stored(void **state)
{
	const struct accounting_packet start_packet = make_start(7);
	struct binding binding;
	struct address address;

	(void)state;
	start("127.0.0.1", "127.0.0.0/8");
	connect_nas("127.0.0.1");
	send_to_server(&start_packet);
	assert_true(is_answered(&start_packet));
	assert_true(address_parse("192.0.2.7", 9, &address));
	assert_int_equal(store_binding_find(control.store, &address, utc_now_ns(), &binding), 1);
	assert_string_equal(binding.subscriber, "user");
	// It named no NAS: its sender is one.
	assert_string_equal(binding.nas, "127.0.0.1");
	assert_int_equal(look().accepted[RADIUS_ACCEPTED_START], 1);
}

static void answers_from_the_address_that_was_asked(void **state)
{
	const struct accounting_packet start_packet = make_start(7);

	(void)state;
	start("0.0.0.0", "127.0.0.0/8");
	connect_nas("127.0.0.9");
	send_to_server(&start_packet);
	assert_true(is_answered(&start_packet));
}

static void serves_ipv6(void **state)
{
	const struct accounting_packet start_packet = make_start(7);

	(void)state;
	start("::", "::1");
	connect_nas("::1");
	send_to_server(&start_packet);
	assert_true(is_answered(&start_packet));
}

static void a_retransmission_is_answered_and_not_applied(void **state)
{
	const struct accounting_packet start_packet = make_start(7);

	(void)state;
	start("127.0.0.1", "127.0.0.1");
	connect_nas("127.0.0.1");
	for (int i = 0; i < 3; i++) {
		send_to_server(&start_packet);
		assert_true(is_answered(&start_packet));
	}
	// Twice in one batch.
	assert_int_equal(
		send(nas, make_start(8).bytes, start_packet.length, 0), start_packet.length);
	assert_int_equal(
		send(nas, make_start(8).bytes, start_packet.length, 0), start_packet.length);
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(look().accepted[RADIUS_ACCEPTED_START], 2);
	assert_int_equal(look().duplicates, 3);
	assert_stored(2);
}

static void a_burst_is_taken_whole(void **state)
{
	(void)state;
	start("127.0.0.1", "127.0.0.1");
	connect_nas("127.0.0.1");
	for (int i = 1; i <= 200; i++) {
		const struct accounting_packet packet = make_start((uint8_t)i);

		assert_int_equal(send(nas, packet.bytes, packet.length, 0), packet.length);
	}
	// A batch a turn.
	for (int i = 0; i < 10; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(look().accepted[RADIUS_ACCEPTED_START], 200);
}

static void every_status_type_is_counted(void **state)
{
	static const struct {
		uint32_t status;
		enum radius_accepted accepted;
	} cases[] = {
		{RADIUS_START, RADIUS_ACCEPTED_START},
		{RADIUS_STOP, RADIUS_ACCEPTED_STOP},
		{RADIUS_INTERIM_UPDATE, RADIUS_ACCEPTED_INTERIM_UPDATE},
		{RADIUS_ACCOUNTING_ON, RADIUS_ACCEPTED_ACCOUNTING_ON},
		{RADIUS_ACCOUNTING_OFF, RADIUS_ACCEPTED_ACCOUNTING_OFF},
		{15, RADIUS_ACCEPTED_OTHER},
	};

	(void)state;
	start("127.0.0.1", "127.0.0.1");
	connect_nas("127.0.0.1");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct accounting_packet packet = accounting_begin(1, cases[i].status);

		accounting_text(&packet, 44, "s");
		accounting_sign(&packet);
		send_to_server(&packet);
		assert_true(is_answered(&packet));
		assert_int_equal(look().accepted[cases[i].accepted], 1);
	}
}

// One problem, which says this.
static void assert_problem(const char *text)
{
	json_t *problems = json_array();
	const char *said;

	radius_problems(&control, problems);
	said = json_string_value(json_array_get(problems, 0));
	if (json_array_size(problems) != 1 || strstr(said, text) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", said == NULL ? "" : said, text);
	json_decref(problems);
}

static void a_wrong_secret_is_not_answered(void **state)
{
	struct accounting_packet packet = make_start(7);

	(void)state;
	start("127.0.0.1", "127.0.0.1");
	connect_nas("127.0.0.1");
	packet.bytes[AUTHENTICATOR_OFFSET] ^= 1;
	send_to_server(&packet);
	assert_false(is_answered(&packet));
	assert_int_equal(look().refused[RADIUS_BAD_AUTHENTICATOR].count, 1);
	assert_stored(0);
	assert_problem("127.0.0.1 was lately not answered, because it has another secret");
}

static void a_stranger_is_not_answered(void **state)
{
	const struct accounting_packet packet = make_start(7);

	(void)state;
	start("127.0.0.1", "192.0.2.0/24");
	connect_nas("127.0.0.1");
	send_to_server(&packet);
	assert_false(is_answered(&packet));
	assert_int_equal(look().refused[RADIUS_UNKNOWN_CLIENT].count, 1);
	assert_stored(0);
	assert_problem("127.0.0.1 was lately not answered, because it is none of radius.clients");
}

static void half_a_packet_is_not_answered(void **state)
{
	struct accounting_packet packet = accounting_begin(1, RADIUS_START);
	json_t *problems = json_array();

	(void)state;
	accounting_text(&packet, 44, "s");
	accounting_add(&packet, 8, (const uint8_t[]){192, 0}, 2);
	accounting_sign(&packet);
	start("127.0.0.1", "127.0.0.1");
	connect_nas("127.0.0.1");
	send_to_server(&packet);
	assert_false(is_answered(&packet));
	assert_int_equal(look().refused[RADIUS_ATTRIBUTE_VALUE].count, 1);
	// That is no matter for whoever runs this side.
	radius_problems(&control, problems);
	assert_int_equal(json_array_size(problems), 0);
	json_decref(problems);
}

static void what_cannot_be_stored_is_not_answered(void **state)
{
	const struct accounting_packet first = make_start(7), second = make_start(8);

	(void)state;
	start("127.0.0.1", "127.0.0.1");
	connect_nas("127.0.0.1");
	send_to_server(&first);
	assert_true(is_answered(&first));
	assert_int_equal(store_script(control.store, "ALTER TABLE session RENAME TO away"), 0);
	send_to_server(&second);
	assert_false(is_answered(&second));
	// What was stored before is still answered.
	send_to_server(&first);
	assert_true(is_answered(&first));
	assert_int_equal(look().refused[RADIUS_NO_STORE].count, 1);
	assert_int_equal(look().accepted[RADIUS_ACCEPTED_START], 1);
	assert_problem("accounting cannot be stored:");
	// The NAS tries again, and then it is new.
	assert_int_equal(store_script(control.store, "ALTER TABLE away RENAME TO session"), 0);
	send_to_server(&second);
	assert_true(is_answered(&second));
	assert_int_equal(look().accepted[RADIUS_ACCEPTED_START], 2);
	assert_stored(2);
	assert_string_equal(look().store_problem, "");
}

static int changes;

static void count_change(void *context, const struct binding_change *change)
{
	(void)context;
	assert_string_equal(change->subscriber, "user");
	changes++;
}

static void changes_are_told(void **state)
{
	const struct binding_observer observer = {.changed = count_change};
	const struct accounting_packet packet = make_start(7);

	(void)state;
	changes = 0;
	start("127.0.0.1", "127.0.0.1");
	radius_server_observe(control.radius, &observer);
	connect_nas("127.0.0.1");
	send_to_server(&packet);
	assert_int_equal(changes, 1);
}

static void status_says_it_all(void **state)
{
	const struct accounting_packet packet = make_start(7);
	json_t *radius = radius_json(&control);

	(void)state;
	assert_true(json_is_null(radius));
	start("127.0.0.1", "127.0.0.1");
	connect_nas("127.0.0.1");
	send_to_server(&packet);
	radius = radius_json(&control);
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(radius, "listening"), 0)),
		"the endpoint");
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(radius, "accepted"), "start")),
		1);
	assert_int_equal(
		json_object_size(json_object_get(radius, "refused")), RADIUS_REASON_COUNT - 1);
	assert_int_equal(json_integer_value(json_object_get(radius, "bindings_open")), 1);
	assert_int_equal(json_integer_value(json_object_get(radius, "bindings")), 1);
	json_decref(radius);
}

static void assert_no_start(const char *expected)
{
	configure("127.0.0.1", "127.0.0.1");
	control.radius = radius_server_create(base, &config, control.store, error, sizeof(error));
	assert_null(control.radius);
	if (strstr(error, expected) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error, expected);
}

static void secrets_are_secret(void **state)
{
	(void)state;
	chmod(secret_path, 0644);
	assert_no_start("secret is open to everybody (mode 0644); chmod 640 it");
	scratch_write(&scratch, "secret", "\nxyzzy5461\n");
	chmod(secret_path, 0600);
	assert_no_start("first line is empty; write a secret of 1 to 128 bytes");
	unlink(secret_path);
	assert_no_start("secret cannot be read: No such file or directory; user nobody must");
}

static void a_port_in_use_is_named(void **state)
{
	struct radius_server *second;

	(void)state;
	start("127.0.0.1", "127.0.0.1");
	second = radius_server_create(base, &config, control.store, error, sizeof(error));
	assert_null(second);
	assert_non_null(strstr(error, "radius: cannot listen on the endpoint: Address already"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_what_it_has_stored),
		TEST(answers_from_the_address_that_was_asked),
		TEST(serves_ipv6),
		TEST(a_retransmission_is_answered_and_not_applied),
		TEST(a_burst_is_taken_whole),
		TEST(every_status_type_is_counted),
		TEST(a_wrong_secret_is_not_answered),
		TEST(a_stranger_is_not_answered),
		TEST(half_a_packet_is_not_answered),
		TEST(what_cannot_be_stored_is_not_answered),
		TEST(changes_are_told),
		TEST(status_says_it_all),
		TEST(secrets_are_secret),
		TEST(a_port_in_use_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
