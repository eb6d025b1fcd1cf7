// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/library_log.h"

#include "config/log.h"

#include <rte_config.h>
#include <rte_log.h>

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 256

// As both libraries declare it; the level is of no interest here.
typedef int (*xdp_print)(int level, const char *format, va_list arguments);
typedef xdp_print (*xdp_set_print)(xdp_print print);

static char last_xdp[LINE_SIZE];

static ssize_t write_dpdk(void *cookie, const char *text, size_t size)
{
	bool critical = rte_log_cur_msg_loglevel() <= (int)RTE_LOG_CRIT;
	size_t length = size > 0 && text[size - 1] == '\n' ? size - 1 : size;

	(void)cookie;
	log_line(critical ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, "DPDK: %.*s", (int)length, text);
	return (ssize_t)size;
}

void library_log_begin(void)
{
	FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_dpdk});

	if (!stream)
		return;
	// One call of write_dpdk for each line.
	setvbuf(stream, NULL, _IOLBF, BUFSIZ);
	rte_openlog_stream(stream);
}

static int keep_xdp(int level, const char *format, va_list arguments)
{
	(void)level;
	vsnprintf(last_xdp, sizeof(last_xdp), format, arguments);
	last_xdp[strcspn(last_xdp, "\n")] = '\0';
	return 0;
}

static void quiet(const char *library, const char *setter)
{
	// Only if the driver has loaded it: linking it would make every installation need it.
	void *handle = dlopen(library, RTLD_NOW | RTLD_NOLOAD);
	xdp_set_print set_print;

	if (!handle)
		return;
	*(void **)&set_print = dlsym(handle, setter);
	if (set_print)
		set_print(keep_xdp);
	dlclose(handle);
}

void library_log_quiet_xdp(void)
{
	quiet("libxdp.so.1", "libxdp_set_print");
	quiet("libbpf.so.1", "libbpf_set_print");
}

const char *library_log_last_xdp(void)
{
	return last_xdp;
}

void library_log_stopping(void)
{
	rte_log_set_global_level(RTE_LOG_CRIT);
}
