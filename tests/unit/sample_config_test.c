// SPDX-License-Identifier: BSD-3-Clause
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

// The sample is what people copy: it must load, and name what is default anyway as the default.
static void sample_says_the_defaults(void **state)
{
	char error[CONFIG_ERROR_SIZE] = "out of memory";
	struct config *sample = config_load("config/sekisho.conf", error);
	struct config *by_default = config_default();

	(void)state;
	if (!sample || !by_default) {
		fail_msg("%s", error);
		abort();
	}
	assert_int_equal(sample->mode, by_default->mode);
	assert_string_equal(sample->runtime_dir, by_default->runtime_dir);
	assert_string_equal(sample->state_dir, by_default->state_dir);
	assert_string_equal(sample->user, by_default->user);
	assert_int_equal(sample->workers, by_default->workers);
	assert_int_equal(sample->hugepages, by_default->hugepages);
	assert_int_equal(sample->memory_mb, by_default->memory_mb);
	assert_int_equal(sample->mtu, by_default->mtu);
	assert_int_equal(sample->rx_descriptors, by_default->rx_descriptors);
	assert_int_equal(sample->tx_descriptors, by_default->tx_descriptors);
	assert_int_equal(sample->idle_sleep_us, by_default->idle_sleep_us);
	assert_int_equal(sample->rule_limit, by_default->rule_limit);
	assert_int_equal(sample->contact_limit, by_default->contact_limit);
	assert_int_equal(sample->decode.depth, by_default->decode.depth);
	assert_int_equal(sample->decode.match, by_default->decode.match);
	assert_int_equal(sample->decode.fragment_limit, by_default->decode.fragment_limit);
	assert_int_equal(
		sample->decode.fragment_timeout_ms, by_default->decode.fragment_timeout_ms);
	assert_int_equal(sample->decode.undecoded_limit, by_default->decode.undecoded_limit);
	assert_memory_equal(&sample->guard, &by_default->guard, sizeof(sample->guard));
	assert_int_equal(sample->subscribers.total, by_default->subscribers.total);
	assert_int_equal(sample->subscribers.v4_length, by_default->subscribers.v4_length);
	assert_int_equal(sample->subscribers.v6_length, by_default->subscribers.v6_length);
	assert_int_equal(sample->subscribers.port_block, by_default->subscribers.port_block);
	assert_int_equal(sample->subscribers.consent, by_default->subscribers.consent);
	assert_int_equal(sample->links[0].subscriber_key, LINK_KEY_ADDRESS);
	assert_memory_equal(
		sample->policy.caps, by_default->policy.caps, sizeof(sample->policy.caps));
	assert_string_equal(sample->event_path, by_default->event_path);
	assert_int_equal(sample->event_syslog, by_default->event_syslog);
	assert_int_equal(sample->event_interval_s, by_default->event_interval_s);
	assert_int_equal(sample->link_count, 1);
	assert_int_equal(sample->feed_count, 1);
	assert_string_equal(sample->feeds[0].path, "config/lists/sample.csv");
	assert_int_equal(sample->never_block_count, 1);
	assert_int_equal(access(sample->feeds[0].path, R_OK), 0);
	assert_int_equal(access(sample->never_block[0], R_OK), 0);
	assert_int_equal(sample->subscribers.mapping_count, 1);
	assert_int_equal(access(sample->subscribers.mapping[0], R_OK), 0);
	config_free(sample);
	config_free(by_default);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_says_the_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
