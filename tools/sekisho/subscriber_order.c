// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/subscriber_order.h"

#include "dataplane/api/evidence.h"
#include "tools/sekisho/client_text.h"

#include <stdlib.h>
#include <string.h>

struct row {
	json_t *subscriber;
	json_int_t key;        // the greatest first
	const char *last_seen; // of RFC 3339 texts in UTC, the later one is the greater
};

static json_int_t evidence_rank(const json_t *subscriber)
{
	const char *name = json_string_value(json_object_get(subscriber, "evidence"));

	for (enum evidence i = 0; name && i < EVIDENCE_COUNT; i++)
		if (strcmp(name, evidence_name(i)) == 0)
			return (json_int_t)i;
	return -1;
}

static json_int_t key_of(const json_t *subscriber, enum subscriber_order order)
{
	switch (order) {
	case SUBSCRIBER_ORDER_PACKETS:
		return client_number(subscriber, "packets_out");
	case SUBSCRIBER_ORDER_CONTACTS:
		return client_number(subscriber, "contacts");
	case SUBSCRIBER_ORDER_EVIDENCE:
		return evidence_rank(subscriber);
	case SUBSCRIBER_ORDER_LAST_SEEN:
		break;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct row *left = a, *right = b;

	if (left->key != right->key)
		return left->key > right->key ? -1 : 1;
	return strcmp(right->last_seen, left->last_seen);
}

const char *subscriber_order_name(enum subscriber_order order)
{
	static const char *const names[SUBSCRIBER_ORDER_COUNT] = {
		"last seen", "packets sent", "contacts", "evidence"};

	return order < SUBSCRIBER_ORDER_COUNT ? names[order] : "?";
}

json_t *subscriber_order_sort(const json_t *subscribers, enum subscriber_order order)
{
	const size_t count = json_array_size(subscribers);
	struct row *rows = calloc(count + 1, sizeof(*rows));
	json_t *sorted = json_array();

	for (size_t i = 0; rows && i < count; i++) {
		json_t *subscriber = json_array_get(subscribers, i);
		const char *last = json_string_value(json_object_get(subscriber, "last_seen"));

		rows[i] = (struct row){subscriber, key_of(subscriber, order), last ? last : ""};
	}
	if (rows && count > 1)
		qsort(rows, count, sizeof(*rows), compare);
	for (size_t i = 0; rows && i < count; i++)
		json_array_append(sorted, rows[i].subscriber);
	free(rows);
	return sorted;
}
