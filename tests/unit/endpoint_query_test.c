// SPDX-License-Identifier: BSD-3-Clause

// Servers as people write them, and what a request says then.

#include "tools/sekisho/endpoint_query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void check(bool (*add)(json_t *, const char *), const char *text, const char *expected)
{
	json_t *request = json_object();
	const bool added = add(request, text);
	char *got = json_dumps(request, JSON_COMPACT | JSON_SORT_KEYS);

	if (added != (expected != NULL) || (added && strcmp(got, expected) != 0))
		fail_msg("%s: %s", text, got);
	free(got);
	json_decref(request);
}

static void servers(void **state)
{
	(void)state;
	check(endpoint_query_add, "192.0.2.7", "{\"address\":\"192.0.2.7\"}");
	check(endpoint_query_add, "192.0.2.7:6667", "{\"address\":\"192.0.2.7\",\"port\":6667}");
	check(endpoint_query_add, "2001:db8::7", "{\"address\":\"2001:db8::7\"}");
	check(endpoint_query_add, "[2001:db8::7]:23", "{\"address\":\"2001:db8::7\",\"port\":23}");
	check(endpoint_query_add, "192.0.2.7:0", NULL);
	check(endpoint_query_add, "192.0.2.7:65536", NULL);
	check(endpoint_query_add, "192.0.2.7:23x", NULL);
	check(endpoint_query_add, "192.0.2.7/tcp", NULL);
	check(endpoint_query_add, "example.net", NULL);
	check(endpoint_query_add, "", NULL);
}

static void services(void **state)
{
	(void)state;
	check(endpoint_query_add_service, "192.0.2.7", "{\"address\":\"192.0.2.7\"}");
	check(endpoint_query_add_service, "192.0.2.7:6667",
		"{\"address\":\"192.0.2.7\",\"port\":6667}");
	check(endpoint_query_add_service, "192.0.2.7:6667/tcp",
		"{\"address\":\"192.0.2.7\",\"port\":6667,\"transport\":\"tcp\"}");
	check(endpoint_query_add_service, "192.0.2.7/udp",
		"{\"address\":\"192.0.2.7\",\"transport\":\"udp\"}");
	check(endpoint_query_add_service, "[2001:db8::7]:53/udp",
		"{\"address\":\"2001:db8::7\",\"port\":53,\"transport\":\"udp\"}");
	check(endpoint_query_add_service, "192.0.2.7:6667/icmp", NULL);
	check(endpoint_query_add_service, "192.0.2.7/", NULL);
	check(endpoint_query_add_service, "192.0.2.7/24", NULL);
	check(endpoint_query_add_service, "/tcp", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers),
		cmocka_unit_test(services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
