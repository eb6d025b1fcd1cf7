# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# How the tree is configured for fuzzing: all code of ours instrumented, the fuzz targets linked
# with libFuzzer. Sourced by tools/fuzz and tools/test, so that both use one build directory.
# shellcheck disable=SC2034,SC2054 # used by those who source it; that comma is meson's
fuzz_options=(--clang -Dtests=all -Dwerror=true -Dfuzz=true -Dbuildtype=debug
	-Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link)
