// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/disarmed_text.h"

#include "tools/sekisho/client_text.h"

#include <stdio.h>

void disarmed_text_print(const json_t *indicator)
{
	const json_t *disarmed = json_object_get(indicator, "disarmed");

	if (json_is_object(disarmed))
		printf("    disarmed by the over-block guard since %s: %s %lld, limit %lld\n",
			client_text(disarmed, "since"), client_text(disarmed, "limit"),
			client_number(disarmed, "figure"), client_number(disarmed, "allowed"));
}
