// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct ledger_key key_of(uint32_t number)
{
	struct ledger_key key = {.port = 6667, .transport = 6, .rule_transport = 6};

	address_from_v4(&key.subscriber.address, &number);
	address_from_v4(&key.address, "\306\063\144\011");
	return key;
}

static void every_member_of_the_key_counts(void **state)
{
	struct ledger *ledger = ledger_create(16);
	struct ledger_key keys[7];

	(void)state;
	assert_non_null(ledger);
	for (size_t i = 0; i < 7; i++)
		keys[i] = key_of(1);
	keys[1].subscriber.address.bytes[0]++;
	keys[2].address.bytes[15]++;
	keys[3].port++;
	keys[4].transport++;
	keys[5].rule_transport++;
	keys[6].subscriber.length++;
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < 7; i++) {
			struct ledger_entry *entry = ledger_find_or_add(ledger, &keys[i]);

			assert_non_null(entry);
			assert_ptr_equal(entry, ledger_entry(ledger, (uint32_t)i));
			assert_memory_equal(&entry->key, &keys[i], sizeof(keys[i]));
			assert_int_equal(entry->packets_up, round * i);
			entry->packets_up += i;
		}
	}
	assert_int_equal(ledger_count(ledger), 7);
	ledger_free(ledger);
	ledger_free(NULL);
}

static void full_is_an_answer(void **state)
{
	enum { LIMIT = 1000 };
	struct ledger *ledger = ledger_create(LIMIT);
	struct ledger_key key;

	(void)state;
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < LIMIT; i++) {
			struct ledger_entry *entry;

			key = key_of(round * 7777 + i);
			entry = ledger_find_or_add(ledger, &key);
			assert_non_null(entry);
			assert_int_equal(entry->bytes_up, 0); // nothing of the round before
			entry->bytes_up = i + 1;
		}
		key = key_of(UINT32_MAX);
		assert_null(ledger_find_or_add(ledger, &key));
		assert_int_equal(ledger_count(ledger), LIMIT);
		for (uint32_t i = 0; i < LIMIT; i++) {
			key = key_of(round * 7777 + i);
			assert_int_equal(ledger_find_or_add(ledger, &key)->bytes_up, i + 1);
			assert_int_equal(ledger_entry(ledger, i)->bytes_up, i + 1);
		}
		ledger_clear(ledger);
		assert_int_equal(ledger_count(ledger), 0);
	}
	ledger_free(ledger);
}

static void one_contact_is_room_enough(void **state)
{
	struct ledger *ledger = ledger_create(1);
	struct ledger_key one = key_of(1), two = key_of(2);

	(void)state;
	assert_non_null(ledger_find_or_add(ledger, &one));
	assert_null(ledger_find_or_add(ledger, &two));
	assert_non_null(ledger_find_or_add(ledger, &one));
	ledger_free(ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_of_the_key_counts),
		cmocka_unit_test(full_is_an_answer),
		cmocka_unit_test(one_contact_is_room_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
