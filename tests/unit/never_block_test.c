// SPDX-License-Identifier: BSD-3-Clause
#include "control/never_block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/catalogue_row.h"
#include "tests/unit/list_file.h"

static struct never_block *read_one(const struct list_file *file)
{
	char error[512] = "";
	struct never_block *never = never_block_create();
	assert_non_null(never);
	if (never_block_read(never, file->path, error, sizeof(error)) < 0)
		fail_msg("%s", error);
	assert_true(never_block_seal(never));
	return never;
}

// `what` is an address or a domain; `expected` without the file's name, NULL: not protected.
static void check(
	const struct never_block *never, const char *path, const char *what, const char *expected)
{
	char text[NEVER_BLOCK_TEXT_SIZE] = "", full[NEVER_BLOCK_TEXT_SIZE];
	struct address address;
	bool is_address = address_parse(what, strlen(what), &address);
	bool found = is_address ? never_block_protects(never, &address, text)
				: never_block_protects_domain(never, what, text);
	assert_int_equal(found, is_address ? never_block_protects(never, &address, NULL)
					   : never_block_protects_domain(never, what, NULL));
	if (found != (expected != NULL))
		fail_msg("%s: %s", what, text);
	if (!found)
		return;
	snprintf(full, sizeof(full), "%s:%s", path, expected);
	assert_string_equal(text, full);
}

static void plain_text(void **state)
{
	(void)state;
	struct list_file file = list_file_make("# ours\n192.0.2.0/24 # portal\n2001:db8::1\n\n"
					       "Portal.Example.net.\n");
	struct never_block *never = read_one(&file);
	check(never, file.path, "192.0.2.9", "2 192.0.2.0/24");
	check(never, file.path, "2001:db8::1", "3 2001:db8::1");
	check(never, file.path, "2001:db8::2", NULL);
	check(never, file.path, "portal.example.net", "5 portal.example.net");
	check(never, file.path, "www.portal.example.net", "5 portal.example.net");
	check(never, file.path, "example.net", NULL);
	assert_int_equal(never_block_files(never), 1);
	assert_int_equal(never_block_prefixes(never), 2);
	assert_int_equal(never_block_domains(never), 1);
	never_block_free(never);
	never_block_free(NULL);
	list_file_remove(&file);
}

static void warninglists(void **state)
{
	(void)state;
	struct list_file cidr =
		list_file_make("{\"name\": \"CDN \\u001b[31m\", \"type\": \"cidr\",\n"
			       "\"list\": [\n\"198.51.100.0/24\",\n\"FE80::/10\"]}");
	struct never_block *never = read_one(&cidr);
	check(never, cidr.path, "198.51.100.7", "3 198.51.100.0/24 (CDN \\x1b[31m)");
	check(never, cidr.path, "fe80::1", "4 fe80::/10 (CDN \\x1b[31m)");
	never_block_free(never);
	list_file_remove(&cidr);

	struct list_file names =
		list_file_make("{\"name\": \"Search\", \"type\": \"hostname\","
			       "\"list\": [\"search.example\", \".mail.example\"]}");
	never = read_one(&names);
	check(never, names.path, "www.search.example", "1 search.example (Search)");
	check(never, names.path, "search.example", "1 search.example (Search)");
	check(never, names.path, "a.mail.example", "1 mail.example (Search)");
	check(never, names.path, "research.example", NULL);
	never_block_free(never);
	list_file_remove(&names);

	struct list_file exact = list_file_make("{\"name\": \"Exact\", \"type\": \"string\","
						"\"list\": [\"www.example.org\", \"192.0.2.1\"]}");
	never = read_one(&exact);
	check(never, exact.path, "www.example.org", "1 www.example.org (Exact)");
	check(never, exact.path, "a.www.example.org", NULL);
	check(never, exact.path, "192.0.2.1", "1 192.0.2.1 (Exact)");
	check(never, exact.path, "192.0.2.2", NULL);
	never_block_free(never);
	list_file_remove(&exact);
}

static void bad_entries(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error;
	} examples[] = {
		{"192.0.2.1\nexample\n", ":2: 'example' is not a prefix or domain: "},
		{"192.0.2.1/24\n", ":1: '192.0.2.1/24' is not a prefix or domain: "},
		{"192.0.2\n", ":1: '192.0.2' is not a prefix or domain: "},
		{"http://example.net/\n", ":1: 'http://example.net/' is not a prefix or domain: "},
		{"{\"name\":\"n\",\"type\":\"cidr\",\n\"list\":[\"192.0.2.1\",\n\"example.net\"]}",
			":3: 'example.net' is not a prefix: "},
		{"{\"name\":\"n\",\"type\":\"hostname\",\n\"list\":[\"com\"]}",
			":2: 'com' is not a prefix or domain: "},
		{"{\"name\":\"n\",\"type\":\"regex\",\"list\":[]}",
			"type 'regex': cidr, hostname and string are supported"},
		{"{\"name\":\n\"n\",,}", ":2: malformed JSON: "},
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct list_file file = list_file_make(examples[i].text);
		struct never_block *never = never_block_create();
		char error[512] = "";
		assert_int_equal(never_block_read(never, file.path, error, sizeof(error)), -1);
		if (!strstr(error, examples[i].error))
			fail_msg("%zu: %s", i, error);
		assert_ptr_equal(strstr(error, file.path), error);
		never_block_free(never);
		list_file_remove(&file);
	}
}

static void digest_of(const char *text, uint8_t digest[crypto_hash_sha256_BYTES])
{
	struct list_file file = list_file_make(text);
	struct never_block *never = read_one(&file);
	never_block_digest(never, digest);
	never_block_free(never);
	list_file_remove(&file);
}

static void digest_tells_changes(void **state)
{
	(void)state;
	uint8_t first[crypto_hash_sha256_BYTES], again[crypto_hash_sha256_BYTES];
	uint8_t other[crypto_hash_sha256_BYTES];
	digest_of("192.0.2.1\nexample.net\n", first);
	digest_of("192.0.2.1\nexample.net # ours\n", again);
	assert_memory_equal(first, again, sizeof(first));
	digest_of("192.0.2.1\nexample.org\n", other);
	assert_memory_not_equal(first, other, sizeof(first));
	digest_of("192.0.2.1\n\nexample.net\n", other);
	assert_memory_not_equal(first, other, sizeof(first));
	digest_of("192.0.2.1\n", other);
	assert_memory_not_equal(first, other, sizeof(first));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text),
		cmocka_unit_test(warninglists),
		cmocka_unit_test(bad_entries),
		cmocka_unit_test(digest_tells_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
