// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client_text.h"

#include "tools/sekisho/command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_SIZE  640 // a feed's problem, with its path
#define TEXT_SLOTS 8

void client_print_json(const json_t *answer)
{
	json_dumpf(answer, stdout,
		JSON_INDENT(2) | (isatty(STDOUT_FILENO) ? (size_t)JSON_ENSURE_ASCII : 0));
	putchar('\n');
}

void client_make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			*text = '?';
}

int client_say_problem(const char *name, const json_t *answer)
{
	if (!json_is_string(json_object_get(answer, "problem")))
		return COMMAND_OK;
	fprintf(stderr, "%s: %s\n", name, client_text(answer, "problem"));
	return COMMAND_UNWELL;
}

static char *next_slot(void)
{
	static char slots[TEXT_SLOTS][TEXT_SIZE];
	static unsigned next;

	return slots[next++ % TEXT_SLOTS];
}

const char *client_number_text(const json_t *object, const char *member, const char *otherwise)
{
	const json_t *number = json_object_get(object, member);
	char *slot = next_slot();

	if (!json_is_integer(number))
		return otherwise;
	snprintf(slot, TEXT_SIZE, "%lld", json_integer_value(number));
	return slot;
}

const char *client_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	char *slot = next_slot();

	snprintf(slot, TEXT_SIZE, "%s", text && *text ? text : "-");
	client_make_printable(slot);
	return slot;
}

json_int_t client_number(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

double client_real(const json_t *object, const char *member)
{
	return json_number_value(json_object_get(object, member));
}
