#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [--level LEVEL] ORACLE: run an oracle with the Python that has the packages:
# WRMF_PYTHON at run time, else the first python3 in PATH; with --level on the kernels of
# one CPU level. 77 is "skipped" to meson.
python=${WRMF_PYTHON:-python3}
command -v "$python" > /dev/null 2>&1 || exit 77
if [ "$1" = --level ]; then
    export WRMF_TEST_LEVEL="$2"
    shift 2
fi
exec "$python" -B "$@"
