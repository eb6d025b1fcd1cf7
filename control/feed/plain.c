// SPDX-License-Identifier: BSD-3-Clause
// The plain list: `address`, `address:port` or `[v6]:port`, one a line; `#` and `;` begin a
// comment. It names no transport, so an entry stands for TCP and UDP both, and an address alone for
// every port.
#include "config/transport.h"
#include "control/feed/endpoint.h"
#include "control/feed/reader.h"

int reader_plain(const struct reader *reader)
{
	const struct feed_sink *sink = reader->sink;
	struct line line;
	int status;
	while ((status = reader_next(reader, "#;", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		enum feed_reason reason;
		row.transport = TRANSPORT_ANY;
		reader_cut_comment(&line, "#;");
		if (endpoint_parse(line.text, &row.address, &row.port, &reason))
			sink->accept(sink->context, line.number, &row);
		else
			sink->reject(sink->context, line.number, reason, line.text);
	}
	return status;
}
