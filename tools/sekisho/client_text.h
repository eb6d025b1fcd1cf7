// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Answers of a control plane, for people.

#include <jansson.h>

// Says on stderr why what was asked for is not in force, if the answer has a "problem". Returns the
// exit status.
int client_say_problem(const char *name, const json_t *answer);

// Prints an answer as it came; on a terminal in ASCII, because JSON leaves some control characters
// as they are.
void client_print_json(const json_t *answer);

// A member as text, fit for a terminal: lists are other people's words, so whatever is not
// printable becomes a question mark. "-" where there is none. Valid until the eighth call after.
const char *client_text(const json_t *object, const char *member);
json_int_t client_number(const json_t *object, const char *member); // 0 where there is none
// The number as text, or `otherwise` where there is none. Valid as long as what client_text gives.
const char *client_number_text(const json_t *object, const char *member, const char *otherwise);
double client_real(const json_t *object, const char *member); // an integer will do as well

// Does to any text what client_text does.
void client_make_printable(char *text);
